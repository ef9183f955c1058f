// What a tokenizer.json does to texts before it looks for tokens, as far as the engine can
// do the same.
#pragma once

#include <string>

#include "checkpoint/json_value.h"

namespace abstractllm {

// U+2581, SentencePiece's space.
inline constexpr char kSpaceMark[] = "\xE2\x96\x81";

// Which steps there are in a tree of normalizers or pre-tokenizers, to which it points.
struct TextSteps {
  const JsonValue* metaspace = nullptr;
  const JsonValue* bert = nullptr;
  const JsonValue* precompiled = nullptr;
  bool prepends = false;  // a space mark
  bool splits_at_spaces = false;
  bool marks_spaces = false;   // replaces spaces by the mark
  bool merges_spaces = false;  // several become one
  std::string unknown;         // the first that is none of these
};

TextSteps CollectSteps(const JsonValue& tree);

}  // namespace abstractllm
