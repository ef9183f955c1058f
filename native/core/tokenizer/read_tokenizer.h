// A tokenizer.json as the machine that it specifies.
#pragma once

#include <memory>
#include <string>

#include "checkpoint/tokenizer_json.h"
#include "status.h"
#include "tokenizer/hf_tokenizer.h"

namespace abstractllm {

// Takes well under a second for the largest. Errors: kModelNotFound, kModelLoading (files),
// kUnsupportedModel (kinds and patterns that are not known), naming the file and the place.
Result<std::unique_ptr<HfTokenizer>> ReadTokenizer(const std::string& path_utf8);

// The same from the file's contents.
Result<std::unique_ptr<HfTokenizer>> MakeTokenizer(const TokenizerJson& json);

}  // namespace abstractllm
