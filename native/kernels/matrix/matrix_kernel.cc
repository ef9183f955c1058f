#include "matrix/matrix_kernel.h"

#ifdef ABSTRACTLLM_MATRIX
#include "matrix/expanded_weights.h"
#include "matrix/panel_product.h"
#include "matrix/tile_weights.h"
#include "matrix/weights_q4_0.h"
#include "matrix/weights_q4_k.h"
#include "matrix/weights_q6_k.h"
#include "matrix/weights_q8_0.h"

namespace abstractllm {
namespace {

template <typename Weights>
constexpr MatrixKernel KernelOf(ggml_type type) {
  MatrixKernel kernel{};
  kernel.type = type;
  kernel.is_packed = type != GGML_TYPE_Q8_0;
  kernel.columns = Weights::kFormat;
  kernel.pack = Weights::Pack;
  kernel.unpack = Weights::Unpack;
  kernel.multiply = MultiplyPanel<Weights>;
  kernel.expand = ExpandGroup<Weights>;
  kernel.multiply_expanded = MultiplyPanel<ExpandedWeights<Weights>>;
#ifdef ABSTRACTLLM_TILES
  kernel.expand_tiles = ExpandTiles<Weights>;
#endif
  return kernel;
}

constexpr MatrixKernel kKernels[] = {
    KernelOf<WeightsQ40>(GGML_TYPE_Q4_0), KernelOf<WeightsQ80>(GGML_TYPE_Q8_0),
    KernelOf<WeightsQ4K>(GGML_TYPE_Q4_K), KernelOf<WeightsQ5K>(GGML_TYPE_Q5_K),
    KernelOf<WeightsQ6K>(GGML_TYPE_Q6_K),
};

}  // namespace

const MatrixKernel* FindMatrixKernel(ggml_type type) {
  for (const MatrixKernel& kernel : kKernels) {
    if (kernel.type == type) return &kernel;
  }
  return nullptr;
}

}  // namespace abstractllm
#endif
