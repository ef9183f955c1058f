#include "media/engine_guard.h"

#include <string>

#include "check.h"
#include "ggml.h"

namespace abstractllm::test {
namespace {

// A view beyond its tensor: the assertion is in ggml.c, below frames of C.
void BreakGgml() {
  ggml_context* context = ggml_init({size_t{1} << 16, nullptr, true});
  struct Free {
    ggml_context* context;
    ~Free() { ggml_free(context); }
  } free{context};
  ggml_tensor* tensor = ggml_new_tensor_1d(context, GGML_TYPE_F32, 4);
  ggml_reshape_1d(context, tensor, 5);
}

std::string MessageOf(void (*work)()) try {
  work();
  return "";
} catch (const EngineAssertion& error) {
  return error.what();
}

}  // namespace

TEST("engine_guard: a failed assertion of C code is an exception without the build's folders") {
  const EngineGuard guard;
  const std::string message = MessageOf(BreakGgml);
  CHECK(message.find("GGML_ASSERT") != std::string::npos);
  CHECK_EQ(message.find("ggml.c:"), size_t{0});
}

TEST("engine_guard: guards nest, and count again after a pause") {
  const EngineGuard outer;
  {
    const EngineGuard inner;
    CHECK(!MessageOf(BreakGgml).empty());
  }
  CHECK(!MessageOf(BreakGgml).empty());
  { const EngineGuardPause pause; }
  CHECK(!MessageOf(BreakGgml).empty());
}

}  // namespace abstractllm::test
