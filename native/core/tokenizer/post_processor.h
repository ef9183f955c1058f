// What a tokenizer puts around the tokens of a text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/json_value.h"
#include "status.h"

namespace abstractllm {

struct PostProcessor {
  std::vector<int32_t> before;
  std::vector<int32_t> after;
  // Whether a token's place in a text leaves out white space at its edges; and whether the
  // space in front of the first token is one that the tokenizer had put there.
  bool trims_offsets = false;
  bool adds_prefix_space = false;
};

// From the member of a tokenizer.json, at `path` there ("post_processor"); the default for
// null. Errors: kUnsupportedModel for kinds that are not known and templates that have a
// text not exactly once, kModelLoading for ill-formed descriptions; both name the path.
Result<PostProcessor> MakePostProcessor(const JsonValue& spec, const std::string& path);

}  // namespace abstractllm
