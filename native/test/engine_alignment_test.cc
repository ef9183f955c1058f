#include "engine_alignment.h"

#include <cstdint>

#include "backend.h"
#include "check.h"
#include "ggml-backend.h"
#include "ggml.h"

namespace abstractllm {
namespace {

TEST("engine_alignment: tensors begin at cache lines, whatever lies before them") {
  REQUIRE(InitBackend("").ok());
  ggml_init_params params = {8 * ggml_tensor_overhead(), nullptr, /*no_alloc=*/true};
  ggml_context* context = ggml_init(params);
  REQUIRE(context != nullptr);
  // 65 outputs of a call, as an example of what is no multiple of a line.
  for (int i = 0; i < 8; ++i) ggml_new_tensor_1d(context, GGML_TYPE_I32, 65);
  ggml_backend_buffer_t buffer =
      ggml_backend_alloc_ctx_tensors_from_buft(context, ggml_backend_cpu_buffer_type());
  REQUIRE(buffer != nullptr);
  for (ggml_tensor* tensor = ggml_get_first_tensor(context); tensor != nullptr;
       tensor = ggml_get_next_tensor(context, tensor)) {
    CHECK(reinterpret_cast<uintptr_t>(tensor->data) % kHostAlignment == 0);
  }
  ggml_backend_buffer_free(buffer);
  ggml_free(context);
}

}  // namespace
}  // namespace abstractllm
