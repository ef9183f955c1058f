// In each CPU module of a portable build: registers the kernels when the module is opened.
// ggml opens all of them and keeps the one that fits best, so this file is compiled without
// a CPU's instructions, and asks for the module's score before it calls what has them.
#include "flash_attention.h"
#include "matrix/matrix_buffer.h"

#ifdef ABSTRACTLLM_MODULE_HAS_SCORE
// The module's own: 0 when this machine's CPU lacks something.
extern "C" int ggml_backend_score();
#endif

namespace abstractllm {
namespace {

[[maybe_unused]] const bool registered = [] {
#ifdef ABSTRACTLLM_MODULE_HAS_SCORE
  if (ggml_backend_score() == 0) return false;
#endif
  RegisterFlashAttention();
  RegisterMatrixBuffer();
  return true;
}();

}  // namespace
}  // namespace abstractllm
