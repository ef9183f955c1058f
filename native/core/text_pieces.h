// Cuts long texts into pieces that are tokenised one after the other, so that a call
// can be stopped between them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace abstractllm {

// The engine's patterns recurse once per character of a run without a boundary
// (up to some 420 bytes of stack each, ggml-org/llama.cpp#27783). Longer runs are cut,
// so a thread with kTokenizerStackBytes never overflows.
constexpr size_t kMaxRunCharacters = 32 * 1024;
constexpr size_t kTokenizerStackBytes = 64 * 1024 * 1024;
// Tokenised in some ten milliseconds.
constexpr size_t kPieceBytes = 64 * 1024;

// Where a text may be cut without any change to its tokens.
enum class CutRule {
  kNever,
  kWords,  // before a space between two ASCII letters
  kLines,  // before a line feed behind an ASCII letter
};

// The rule for a file's tokenizer.ggml.model and tokenizer.ggml.pre; kNever for names
// that are not known to have one.
//
// gpt2: each listed pattern of the engine ends a match behind a letter that a space
// follows, begins one at a space before a letter, and never looks back. The exceptions
// join words across spaces (exaone-moe, superbpe), or do not take a text as it is
// (whitespace, hybriddna, kimi-k2).
// llama: words are joined through the vocabulary only, so kWords holds if no token has a
// space behind a letter; the caller checks that.
// bert, t5, rwkv and plamo2 normalise, prefix or search a text as a whole: never.
CutRule CutRuleFor(const std::string& model, const std::string& pre);

// Pieces of at least `piece_bytes`, cut by `rule`; one piece, all of the text, if it is
// short or has no such place. The engine looks for `fixed_texts` (special tokens and
// such) before it looks at words: no piece ends in or beside one of them.
std::vector<std::string_view> SplitAtSafePlaces(std::string_view text, CutRule rule,
                                                size_t piece_bytes,
                                                const std::vector<std::string>& fixed_texts);

// Splits a text so that no piece has a run of letters, digits, marks or white space
// longer than `max_run` characters. Normally returns one piece: all of it.
std::vector<std::string_view> SplitLongRuns(std::string_view text, size_t max_run);

}  // namespace abstractllm
