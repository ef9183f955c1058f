// What a tokenizer does to cut a text into pieces, in which it looks for tokens.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "checkpoint/json_value.h"
#include "status.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/pattern/pattern.h"

namespace abstractllm {

// Bytes of PreTokens::text. Never empty.
struct Piece {
  uint32_t begin = 0;
  uint32_t end = 0;
  // An added token that was found here, which nothing cuts or changes; else -1.
  int32_t token = -1;
};

// A text that is being cut, with what that needs, kept from text to text.
// Thread: one at a time.
struct PreTokens {
  AlignedText text;
  std::vector<Piece> pieces;  // in order; between them there may be bytes that were dropped

  // Of the pre-tokenizers themselves.
  std::vector<Piece> next;
  TextRewrite::Buffers buffers;
  PatternScratch scratch;
};

// Thread: any, concurrently.
class PreTokenizer {
 public:
  virtual ~PreTokenizer() = default;

  // Cuts the pieces that are no tokens further. What rewrites the text moves all pieces.
  virtual void Apply(PreTokens* tokens) const = 0;

  // Whether a ByteLevel is among the steps: the reference then has the bytes of a text as
  // characters of an alphabet, here they stay bytes, and the vocabulary is translated.
  virtual bool gives_bytes() const { return false; }
};

// From the member of a tokenizer.json that describes it, at `path` there
// ("pre_tokenizer"). A null pointer for null: the whole text is one piece.
// Errors: as MakeNormalizer.
Result<std::unique_ptr<PreTokenizer>> MakePreTokenizer(const JsonValue& spec,
                                                       const std::string& path);

}  // namespace abstractllm
