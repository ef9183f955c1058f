// A tokenizer from its files, without a model.
#pragma once

#include <memory>

#include "status.h"
#include "tokenizer/hf_tokenizer.h"
#include "tokenizer/tokenizer_request.h"

namespace abstractllm {

// Errors: kModelNotFound, kModelLoading, kUnsupportedModel, kResource.
Result<std::unique_ptr<HfTokenizer>> OpenTokenizer(const TokenizerFiles& files);

}  // namespace abstractllm
