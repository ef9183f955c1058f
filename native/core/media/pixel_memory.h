// What pictures take between being read and being encoded: megabytes each, so that calls
// with pictures wait with reading theirs when others have not been encoded yet.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

#include "media/processed_media.h"

namespace abstractllm {

// Thread: any; what it holds may outlive it.
class PixelMemory {
 public:
  static constexpr uint64_t kMost = 512ull << 20;

  // Beyond so many bytes no more pictures are read.
  explicit PixelMemory(uint64_t most = kMost) : most_(most) {}

  bool full() const { return bytes() >= most_; }
  uint64_t bytes() const { return totals_->bytes; }
  // Tiles that were let go so far: when this has changed, there may be room.
  uint64_t released() const { return totals_->released; }

  // Counts the tile until the last who holds it lets go.
  std::shared_ptr<const ImageTile> Hold(ImageTile tile) {
    const uint64_t size = tile.rgb.size() * sizeof(float);
    auto counted = std::make_shared<Counted>(std::move(tile), totals_, size);
    return {counted, &counted->tile};
  }

 private:
  struct Totals {
    std::atomic<uint64_t> bytes{0};
    std::atomic<uint64_t> released{0};
  };
  struct Counted {
    Counted(ImageTile pixels, std::shared_ptr<Totals> counters, uint64_t size)
        : tile(std::move(pixels)), totals(std::move(counters)), bytes(size) {
      totals->bytes += bytes;
    }
    ~Counted() {
      totals->bytes -= bytes;
      ++totals->released;
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

    const ImageTile tile;
    const std::shared_ptr<Totals> totals;
    const uint64_t bytes;
  };

  uint64_t most_;
  std::shared_ptr<Totals> totals_ = std::make_shared<Totals>();
};

}  // namespace abstractllm
