#include "matrix/tile_product.h"

#include "matrix/tile_weights.h"

#ifdef ABSTRACTLLM_TILES
#include <algorithm>
#include <cstring>

#include "ggml-cpu-impl.h"
#include "matrix/op_columns.h"

namespace abstractllm {
namespace {

constexpr int kPanel = 2 * kTileRows;  // columns
constexpr int kBlocksAtOnce = 16;      // those of a panel are half of the first cache
constexpr int kMostGroups = 8;         // whose tiles of so many blocks stay in the second
constexpr int kChunksPerThread = 4;    // so that threads end together

int64_t CeilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Columns as tiles of bfloat16, padded with zeros to whole panels: [panel][block][column][32].
class TileColumns {
 public:
  explicit TileColumns(const ggml_tensor* op)
      : op_(op),
        columns_(ColumnCount(op)),
        blocks_(op->src[0]->ne[0] / kBlock),
        panels_(CeilDivide(columns_, kPanel)) {}

  size_t bytes() const { return panels_ * blocks_ * kPanel * kTileRowBytes; }
  int64_t panels() const { return panels_; }
  int width(int64_t panel) const {
    return static_cast<int>(std::min<int64_t>(kPanel, columns_ - panel * kPanel));
  }
  const char* at(const char* memory, int64_t panel, int64_t block) const {
    return memory + (panel * blocks_ + block) * kPanel * kTileRowBytes;
  }

  void Write(char* memory, int ith, int nth) const {
    const int64_t all = panels_ * kPanel;
    for (int64_t column = all * ith / nth; column < all * (ith + 1) / nth; ++column) {
      const float* from = column < columns_ ? ColumnAt<const float>(op_->src[1], column) : nullptr;
      char* to =
          const_cast<char*>(at(memory, column / kPanel, 0)) + column % kPanel * kTileRowBytes;
      for (int64_t b = 0; b < blocks_; ++b, to += kPanel * kTileRowBytes) {
        if (from == nullptr) {
          std::memset(to, 0, kTileRowBytes);
          continue;
        }
        const __m512 low = _mm512_loadu_ps(from + b * kBlock);
        const __m512 high = _mm512_loadu_ps(from + b * kBlock + kBlock / 2);
        const auto rounded = _mm512_cvtne2ps_pbh(high, low);
        std::memcpy(to, &rounded, sizeof(rounded));
      }
    }
  }

 private:
  const ggml_tensor* op_;
  int64_t columns_;
  int64_t blocks_;
  int64_t panels_;
};

// Where sums of two tiles of columns and two of rows go, and whether they add to what is there.
struct Output {
  char* at;        // of the first column's first row
  int64_t stride;  // bytes from column to column
  bool add;
};

template <int Tile>
void BeginSums(const Output& output, int column, int row) {
  if (output.add) {
    LoadTile<Tile>(output.at + column * output.stride + row * sizeof(float), output.stride);
  } else {
    ZeroTile<Tile>();
  }
}

template <int Tile>
void EndSums(const Output& output, int column, int row) {
  StoreTile<Tile>(output.at + column * output.stride + row * sizeof(float), output.stride);
}

// `second`: the tiles of the other group.
void MultiplyTwoByTwo(const char* columns, const char* first, const char* second, int blocks,
                      const Output& output) {
  BeginSums<0>(output, 0, 0);
  BeginSums<1>(output, 0, kGroupRows);
  BeginSums<2>(output, kTileRows, 0);
  BeginSums<3>(output, kTileRows, kGroupRows);
  for (int b = 0; b < blocks; ++b) {
    LoadTile<4>(columns, kTileRowBytes);
    LoadTile<6>(first, kTileRowBytes);
    MultiplyTiles<0, 4, 6>();
    LoadTile<7>(second, kTileRowBytes);
    MultiplyTiles<1, 4, 7>();
    LoadTile<5>(columns + kTileBytes, kTileRowBytes);
    MultiplyTiles<2, 5, 6>();
    MultiplyTiles<3, 5, 7>();
    columns += 2 * kTileBytes;
    first += kTileBytes;
    second += kTileBytes;
  }
  EndSums<0>(output, 0, 0);
  EndSums<1>(output, 0, kGroupRows);
  EndSums<2>(output, kTileRows, 0);
  EndSums<3>(output, kTileRows, kGroupRows);
}

void MultiplyTwoByOne(const char* columns, const char* weights, int blocks, const Output& output) {
  BeginSums<0>(output, 0, 0);
  BeginSums<1>(output, kTileRows, 0);
  for (int b = 0; b < blocks; ++b) {
    LoadTile<4>(columns, kTileRowBytes);
    LoadTile<5>(columns + kTileBytes, kTileRowBytes);
    LoadTile<6>(weights, kTileRowBytes);
    MultiplyTiles<0, 4, 6>();
    MultiplyTiles<1, 5, 6>();
    columns += 2 * kTileBytes;
    weights += kTileBytes;
  }
  EndSums<0>(output, 0, 0);
  EndSums<1>(output, kTileRows, 0);
}

// One thread at work.
class Worker {
 public:
  Worker(const MatrixKernel& kernel, ggml_tensor* op, const TileColumns& columns,
         const char* memory, char* scratch)
      : kernel_(kernel),
        op_(op),
        columns_(columns),
        memory_(memory),
        scratch_(scratch),
        blocks_(op->src[0]->ne[0] / kBlock) {}

  static constexpr size_t kScratchBytes = kMostGroups * kBlocksAtOnce * kTileBytes;

  // At most kMostGroups groups.
  void Run(int64_t first, int groups) {
    for (int64_t block = 0; block < blocks_; block += kBlocksAtOnce) {
      const auto blocks = static_cast<int>(std::min<int64_t>(kBlocksAtOnce, blocks_ - block));
      for (int g = 0; g < groups; ++g) weights_[g] = Tiles(first + g, g, block, block + blocks);
      for (int64_t panel = 0; panel < columns_.panels(); ++panel) {
        MultiplyPanel(panel, first, groups, block, blocks);
      }
    }
  }

 private:
  // Unpacked, where they are not such tiles already.
  const char* Tiles(int64_t group, int place, int64_t begin, int64_t end) {
    const ggml_tensor* weights = op_->src[0];
    const char* packed =
        static_cast<const char*>(weights->data) + group * kGroupRows * weights->nb[1];
    if (kernel_.expand_tiles == nullptr) return packed + begin * kTileBytes;
    char* to = scratch_ + place * kBlocksAtOnce * kTileBytes;
    kernel_.expand_tiles(packed, blocks_, begin, end, to);
    return to;
  }

  void MultiplyPanel(int64_t panel, int64_t first, int groups, int64_t block, int blocks) {
    const char* columns = columns_.at(memory_, panel, block);
    const int width = columns_.width(panel);
    for (int g = 0; g < groups; g += 2) {
      const bool two = g + 1 < groups;
      Output output = {static_cast<char*>(op_->data) + panel * kPanel * op_->nb[1] +
                           (first + g) * kGroupRows * sizeof(float),
                       static_cast<int64_t>(op_->nb[1]), block > 0};
      // What is no whole panel goes by way of memory of our own.
      alignas(64) float sums[kPanel][2 * kGroupRows];
      const Output whole = output;
      const size_t row_bytes = (two ? 2 : 1) * kGroupRows * sizeof(float);
      if (width < kPanel) {
        output.at = reinterpret_cast<char*>(sums);
        output.stride = sizeof(sums[0]);
        for (int c = 0; c < width && output.add; ++c) {
          std::memcpy(sums[c], whole.at + c * whole.stride, row_bytes);
        }
        if (output.add) std::memset(sums[width], 0, (kPanel - width) * sizeof(sums[0]));
      }
      if (two) {
        MultiplyTwoByTwo(columns, weights_[g], weights_[g + 1], blocks, output);
      } else {
        MultiplyTwoByOne(columns, weights_[g], blocks, output);
      }
      if (width == kPanel) continue;
      for (int c = 0; c < width; ++c) {
        std::memcpy(whole.at + c * whole.stride, sums[c], row_bytes);
      }
    }
  }

  const MatrixKernel& kernel_;
  ggml_tensor* op_;
  const TileColumns& columns_;
  const char* memory_;  // the columns'
  char* scratch_;
  const int64_t blocks_;
  const char* weights_[kMostGroups];
};

}  // namespace

size_t TileProductBytes(const ggml_tensor* op, int threads) {
  return TileColumns(op).bytes() + threads * Worker::kScratchBytes;
}

void ComputeTileProduct(const ggml_compute_params* params, const MatrixKernel& kernel,
                        ggml_tensor* op, char* memory) {
  const TileColumns columns(op);
  columns.Write(memory, params->ith, params->nth);
  if (params->ith == 0) ggml_threadpool_chunk_set(params->threadpool, params->nth);
  ggml_barrier(params->threadpool);

  const TileScope tiles;
  Worker worker(kernel, op, columns, memory,
                memory + columns.bytes() + params->ith * Worker::kScratchBytes);
  const int64_t groups = op->src[0]->ne[1] / kGroupRows;
  const int64_t fair = groups / (params->nth * kChunksPerThread) / 2 * 2;
  const int64_t chunk = std::clamp<int64_t>(fair, 2, kMostGroups);
  for (int64_t i = params->ith; i * chunk < groups;
       i = ggml_threadpool_chunk_add(params->threadpool, 1)) {
    worker.Run(i * chunk, static_cast<int>(std::min(chunk, groups - i * chunk)));
  }
}

}  // namespace abstractllm
#endif
