// Many texts at once.
#pragma once

#include "cancel.h"
#include "status.h"
#include "tokenizer/hf_tokenizer.h"
#include "tokenizer/tokenizer_request.h"

namespace abstractllm {

// On as many threads as are worth it, this one included. Errors: that of the first text
// that has one, with its index; kAborted.
Result<EncodedTexts> EncodeTexts(const HfTokenizer& tokenizer, const EncodeTextsRequest& request,
                                 const CancelToken& cancel);

}  // namespace abstractllm
