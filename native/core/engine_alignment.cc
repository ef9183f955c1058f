#include "engine_alignment.h"

#include "ggml-backend-impl.h"

namespace abstractllm {

void AlignHostTensors() {
  ggml_backend_cpu_buffer_type()->iface.get_alignment = [](ggml_backend_buffer_type_t) -> size_t {
    return kHostAlignment;
  };
}

}  // namespace abstractllm
