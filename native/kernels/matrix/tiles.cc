#include "matrix/tiles.h"

#ifdef ABSTRACTLLM_TILES
#include <cstring>

#include "ggml-backend.h"
#include "traits.h"

namespace abstractllm {

bool CanUseTiles() {
  for (ggml_backend_buffer_type_t type : ggml_backend_cpu_get_extra_buffer_types()) {
    if (std::strcmp(ggml_backend_buft_name(type), "AMX") == 0) return true;
  }
  return false;
}

}  // namespace abstractllm
#endif
