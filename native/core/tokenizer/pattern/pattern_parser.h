// Reads patterns, in the syntax that Oniguruma calls Ruby's.
#pragma once

#include <string_view>

#include "status.h"
#include "tokenizer/pattern/pattern_tree.h"

namespace abstractllm {

// Errors: kUnsupportedModel, saying what and at which character.
Result<PatternNode> ParsePattern(std::string_view expression);

}  // namespace abstractllm
