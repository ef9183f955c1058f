// The core's guard against failed assertions, as tests use it to show that a file would
// reach one.
#pragma once

#include "media/engine_guard.h"

namespace abstractllm {

// llama_model_load_from_file and llama_init_from_model catch the exception themselves and
// return nullptr; other calls let it through. What they worked on must then be freed.
using EngineAssertionScope = EngineGuard;

}  // namespace abstractllm
