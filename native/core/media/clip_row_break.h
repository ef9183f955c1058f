// Compiled into models/pixtral.cpp of the engine (cmake/engine.cmake), which clears memory by
// multiplying it by zero: what is not a number stays so. To be removed when the engine fills it.
#pragma once

#include <ggml.h>

#define ggml_scale ggml_fill
