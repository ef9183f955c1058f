// Rewriting a text that is already cut.
#pragma once

#include "tokenizer/pre_tokenizer.h"

namespace abstractllm {

// Makes the text of `tokens` anew from its pieces: `write(begin, end, rewrite)` writes what
// becomes of a piece, tokens stay as they are, and what is between pieces is dropped.
template <typename Write>
void RewritePieces(PreTokens* tokens, Write write) {
  TextRewrite rewrite(&tokens->text, &tokens->buffers);
  tokens->next.clear();
  for (const Piece& piece : tokens->pieces) {
    const size_t begin = rewrite.size();
    if (piece.token >= 0) {
      rewrite.Keep(piece.begin, piece.end);
    } else {
      write(static_cast<size_t>(piece.begin), static_cast<size_t>(piece.end), &rewrite);
    }
    if (rewrite.size() == begin) continue;
    tokens->next.push_back(
        {static_cast<uint32_t>(begin), static_cast<uint32_t>(rewrite.size()), piece.token});
  }
  rewrite.Finish();
  tokens->pieces.swap(tokens->next);
}

}  // namespace abstractllm
