#include "speculation/prompt_lookup.h"

#include <algorithm>

namespace abstractllm {
namespace {

// A longer match predicts better; a single token says nothing.
constexpr int32_t kLongestMatch = 4;
constexpr int32_t kShortestMatch = 2;

}  // namespace

std::vector<int32_t> PromptLookup::Draft(const Sequence& sequence, int32_t most) {
  const std::vector<int32_t>& tokens = sequence.tokens;
  for (int32_t length = kLongestMatch; length >= kShortestMatch; --length) {
    if (sequence.size() <= length) continue;
    const auto last = tokens.end() - length;
    // The newest occurrence that ends before the end: what it was followed by is known.
    const auto found = std::find_end(tokens.begin(), tokens.end() - 1, last, tokens.end());
    if (found == tokens.end() - 1) continue;
    const auto next = found + length;
    const auto count = std::min<ptrdiff_t>(most, tokens.end() - next);
    // Nobody writes embeddings.
    return {next, std::find_if(next, next + count, [](int32_t token) { return token < 0; })};
  }
  return {};
}

}  // namespace abstractllm
