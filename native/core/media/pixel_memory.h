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

  bool full() const { return *bytes_ >= most_; }
  uint64_t bytes() const { return *bytes_; }

  // Counts the tile until the last who holds it lets go.
  std::shared_ptr<const ImageTile> Hold(ImageTile tile) {
    const uint64_t size = tile.rgb.size() * sizeof(float);
    auto counted = std::make_shared<Counted>(std::move(tile), bytes_, size);
    return {counted, &counted->tile};
  }

 private:
  struct Counted {
    Counted(ImageTile pixels, std::shared_ptr<std::atomic<uint64_t>> counter, uint64_t size)
        : tile(std::move(pixels)), total(std::move(counter)), bytes(size) {
      *total += bytes;
    }
    ~Counted() { *total -= bytes; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

    const ImageTile tile;
    const std::shared_ptr<std::atomic<uint64_t>> total;
    const uint64_t bytes;
  };

  uint64_t most_;
  std::shared_ptr<std::atomic<uint64_t>> bytes_ = std::make_shared<std::atomic<uint64_t>>(0);
};

}  // namespace abstractllm
