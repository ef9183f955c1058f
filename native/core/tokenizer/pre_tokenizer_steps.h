// The kinds of pre-tokenizers, each as one step. For pre_tokenizer.cc.
#pragma once

#include <memory>

#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/split_behavior.h"

namespace abstractllm {

using PreTokenizerPtr = std::unique_ptr<PreTokenizer>;

// Cuts at the matches of a pattern; with `inverted`, at what is between them.
PreTokenizerPtr MakeSplitStep(Pattern pattern, SplitBehavior behavior, bool inverted);

// Cut at single characters.
PreTokenizerPtr MakeWhitespaceSplitStep();
PreTokenizerPtr MakePunctuationStep(SplitBehavior behavior);
PreTokenizerPtr MakeDigitsStep(bool individual);
PreTokenizerPtr MakeDelimiterStep(char32_t delimiter);
PreTokenizerPtr MakeBertStep();
// Words, and runs of what is neither word nor white space.
PreTokenizerPtr MakeWhitespaceStep();
// `length` characters each; more than 0.
PreTokenizerPtr MakeFixedLengthStep(uint32_t length);
PreTokenizerPtr MakeUnicodeScriptsStep();

// What Metaspace puts before a piece that does not begin with its mark.
enum class PrependScheme { kAlways, kFirst, kNever };
PreTokenizerPtr MakeMetaspaceStep(char32_t mark, PrependScheme scheme, bool splits);

// A space before pieces without one.
PreTokenizerPtr MakePrefixSpaceStep();
// Bytes as characters, for steps that look at those, and back.
PreTokenizerPtr MakeToAlphabetStep();
PreTokenizerPtr MakeFromAlphabetStep();

}  // namespace abstractllm
