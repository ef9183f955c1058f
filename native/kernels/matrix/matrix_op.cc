#include "matrix/matrix_op.h"

#include "matrix/expanded_weights.h"
#include "matrix/matrix_kernel.h"
#include "matrix/op_columns.h"
#include "matrix/panel_product.h"
#include "matrix/tile_product.h"
#include "matrix/tiles.h"

#ifdef ABSTRACTLLM_MATRIX
#include <algorithm>

#include "ggml-cpu-impl.h"

namespace abstractllm {
namespace {

constexpr size_t kAlignment = 64;
// Of weights, and of columns, that stay in a core's second cache while they are multiplied.
constexpr size_t kCacheBytes = 512 << 10;
constexpr int kChunksPerThread = 8;  // so that threads end together

int64_t CeilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

// How an operation is computed. Follows from its shape and the machine only.
enum class Method {
  kDirect,    // weights as they are
  kExpanded,  // weights unpacked for many columns
  kTiles,     // by AMX
};

constexpr int kExpandedColumns = 4 * kTileColumns;  // from which on it pays

Method MethodOf(const MatrixKernel& kernel, int64_t columns) {
#ifdef ABSTRACTLLM_TILES
  static const bool can_use_tiles = CanUseTiles();
  if (columns >= kLeastTileColumns && can_use_tiles) return Method::kTiles;
#endif
  return kernel.is_packed && columns >= kExpandedColumns ? Method::kExpanded : Method::kDirect;
}

// What a product consists of, and where it has its memory.
class Product {
 public:
  explicit Product(ggml_tensor* op)
      : op_(op),
        weights_(op->src[0]),
        kernel_(*FindMatrixKernel(weights_->type)),
        method_(MethodOf(kernel_, ColumnCount(op))),
        panels_(kernel_.columns, weights_->ne[0], ColumnCount(op)),
        groups_(weights_->ne[1] / kGroupRows),
        group_bytes_(weights_->nb[1] * kGroupRows),
        expanded_bytes_(ExpandedBytes(kernel_.columns, panels_.blocks())) {}

  size_t bytes(int threads) const {
#ifdef ABSTRACTLLM_TILES
    if (method_ == Method::kTiles) return kAlignment + TileProductBytes(op_, threads);
#endif
    return 2 * kAlignment + panels_.bytes() +
           (method_ == Method::kExpanded ? threads * ScratchBytes() : 0);
  }

  void Compute(const ggml_compute_params* params) {
    char* memory = Align(static_cast<char*>(params->wdata));
#ifdef ABSTRACTLLM_TILES
    if (method_ == Method::kTiles) return ComputeTileProduct(params, kernel_, op_, memory);
#endif
    columns_ = memory;
    scratch_ = Align(memory + panels_.bytes()) + params->ith * ScratchBytes();
    WriteColumns(params);
    if (params->ith == 0) ggml_threadpool_chunk_set(params->threadpool, params->nth);
    ggml_barrier(params->threadpool);
    MultiplyChunks(params);
  }

 private:
  static char* Align(char* memory) {
    const auto at = reinterpret_cast<uintptr_t>(memory);
    return memory + ((at + kAlignment - 1) / kAlignment * kAlignment - at);
  }

  size_t ScratchBytes() const { return kTileGroups * expanded_bytes_; }

  // This thread's share of all blocks of all columns.
  void WriteColumns(const ggml_compute_params* params) const {
    const int64_t all = panels_.blocks() * ColumnCount(op_);
    int64_t begin = all * params->ith / params->nth;
    const int64_t end = all * (params->ith + 1) / params->nth;
    while (begin < end) {
      const int64_t column = begin / panels_.blocks();
      const int64_t first = begin % panels_.blocks();
      const int64_t last = std::min(panels_.blocks(), first + end - begin);
      panels_.Write(columns_, column, ColumnAt<const float>(op_->src[1], column), first, last);
      begin += last - first;
    }
  }

  // Chunks of groups that no other thread takes.
  void MultiplyChunks(const ggml_compute_params* params) const {
    const int64_t fair = groups_ / kTileGroups / (params->nth * kChunksPerThread);
    const auto fitting = static_cast<int64_t>(kCacheBytes / (group_bytes_ * kTileGroups));
    const int64_t chunk = std::max<int64_t>(1, std::min(fair, fitting)) * kTileGroups;
    const auto panels =
        static_cast<int64_t>(std::max<size_t>(1, kCacheBytes * panels_.count() / panels_.bytes()));
    for (int64_t i = params->ith; i * chunk < groups_;
         i = ggml_threadpool_chunk_add(params->threadpool, 1)) {
      const int64_t end = std::min(groups_, (i + 1) * chunk);
      for (int64_t first = 0; first < panels_.count(); first += panels) {
        for (int64_t group = i * chunk; group < end; group += kTileGroups) {
          MultiplyGroups(group, end, first, std::min(panels_.count(), first + panels));
        }
      }
    }
  }

  // kTileGroups of the groups before `end`, with the panels [first, last).
  void MultiplyGroups(int64_t group, int64_t end, int64_t first, int64_t last) const {
    const char* packed = static_cast<const char*>(weights_->data) + group * group_bytes_;
    PanelProduct product{};
    product.group = packed;
    product.group_bytes = group_bytes_;
    product.groups = static_cast<int>(std::min<int64_t>(kTileGroups, end - group));
    product.blocks = panels_.blocks();
    auto multiply = kernel_.multiply;
    if (method_ == Method::kExpanded) {
      for (int g = 0; g < product.groups; ++g) {
        kernel_.expand(packed + g * group_bytes_, product.blocks, scratch_ + g * expanded_bytes_);
      }
      product.group = scratch_;
      product.group_bytes = expanded_bytes_;
      multiply = kernel_.multiply_expanded;
    }
    // The next groups come from memory while these are multiplied with several panels.
    const int64_t next = std::min<int64_t>(kTileGroups, end - group - kTileGroups);
    if (last - first > 1 && next > 0) {
      product.fetch = packed + product.groups * group_bytes_;
      product.fetch_lines = static_cast<int>(CeilDivide(next * static_cast<int64_t>(group_bytes_),
                                                        64 * (last - first) * product.blocks));
    }
    float* outputs[kTileColumns];
    product.outputs = outputs;
    for (int64_t panel = first; panel < last; ++panel) {
      product.columns = panels_.width(panel);
      product.panel = panels_.at(columns_, panel, 0);
      for (int c = 0; c < product.columns; ++c) {
        outputs[c] = ColumnAt<float>(op_, panels_.first(panel) + c) + group * kGroupRows;
      }
      multiply(product);
      if (product.fetch != nullptr) product.fetch += product.fetch_lines * product.blocks * 64;
    }
  }

  ggml_tensor* op_;
  const ggml_tensor* weights_;
  const MatrixKernel& kernel_;
  const Method method_;
  const ColumnPanels panels_;
  const int64_t groups_;
  const size_t group_bytes_;
  const size_t expanded_bytes_;
  char* columns_ = nullptr;  // the panels
  char* scratch_ = nullptr;  // this thread's, of expanded groups
};

}  // namespace

bool IsPackable(const ggml_tensor* weights) {
  const MatrixKernel* kernel = FindMatrixKernel(weights->type);
  return kernel != nullptr && weights->view_src == nullptr && ggml_is_contiguous(weights) &&
         weights->ne[0] % kBlock == 0 && weights->ne[1] % kGroupRows == 0 && weights->ne[2] == 1 &&
         weights->ne[3] == 1;
}

bool IsFaster(ggml_type type) {
#ifdef ABSTRACTLLM_TILES
  // A single column of Q4_0 is a tenth faster in ggml's layout for AMX.
  if (type == GGML_TYPE_Q4_0) return !CanUseTiles();
#endif
  return FindMatrixKernel(type) != nullptr;
}

bool IsMatrixOp(const ggml_tensor* op) {
  return op->op == GGML_OP_MUL_MAT && IsPackable(op->src[0]) && ggml_is_contiguous(op) &&
         op->src[1]->type == GGML_TYPE_F32 && op->src[1]->nb[0] == sizeof(float);
}

size_t MatrixOpBytes(const ggml_tensor* op, int threads) {
  return Product(const_cast<ggml_tensor*>(op)).bytes(threads);
}

void ComputeMatrixOp(const ggml_compute_params* params, ggml_tensor* op) {
  Product(op).Compute(params);
}

}  // namespace abstractllm
#endif
