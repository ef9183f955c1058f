// What transformers calls clean_up_tokenization_spaces.
#pragma once

#include <string>
#include <string_view>

namespace abstractllm {

void ReplaceAll(std::string_view from, std::string_view to, std::string* text);

// Takes spaces away before punctuation and English contractions, as the library does for a
// whole text.
void CleanUpSpaces(std::string* text);
// The same as the decoders of a tokenizer.json do it for each token.
void CleanUpToken(std::string* text);

}  // namespace abstractllm
