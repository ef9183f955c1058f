// Vocabularies for models that mean nothing.
#pragma once

#include <cstdint>

#include "gguf.h"

namespace abstractllm::bench {

// The first tokens of byte-level BPE here.
constexpr int64_t kByteTokens = 256;

// Byte-level BPE in which each byte is a token, the rest are words that no text has, and
// the last is the end. `pre` names the splitting rules.
void WriteByteVocabulary(gguf_context* file, uint32_t size, const char* pre);

// WordPiece: letters as words and as continuations, made-up words, and BERT's special
// tokens in the places that BERT gives them.
void WriteWordPieceVocabulary(gguf_context* file, uint32_t size);

}  // namespace abstractllm::bench
