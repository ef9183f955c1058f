#include "tokenizer/clean_up.h"

#include <utility>

namespace abstractllm {
namespace {

using Replacement = std::pair<std::string_view, std::string_view>;

constexpr Replacement kPunctuation[] = {{" .", "."},  {" ?", "?"},     {" !", "!"},  {" ,", ","},
                                        {" ' ", "'"}, {" n't", "n't"}, {" 'm", "'m"}};
constexpr Replacement kNegation = {" do not", " don't"};
constexpr Replacement kContractions[] = {{" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};

}  // namespace

void ReplaceAll(std::string_view from, std::string_view to, std::string* text) {
  size_t at = from.empty() ? std::string::npos : text->find(from);
  if (at == std::string::npos) return;
  std::string result;
  size_t done = 0;
  for (; at != std::string::npos; at = text->find(from, done)) {
    result.append(*text, done, at - done);
    result += to;
    done = at + from.size();
  }
  result.append(*text, done, std::string::npos);
  *text = std::move(result);
}

void CleanUpSpaces(std::string* text) {
  for (const auto& [from, to] : kPunctuation) ReplaceAll(from, to, text);
  for (const auto& [from, to] : kContractions) ReplaceAll(from, to, text);
}

void CleanUpToken(std::string* text) {
  for (const auto& [from, to] : kPunctuation) ReplaceAll(from, to, text);
  ReplaceAll(kNegation.first, kNegation.second, text);
  for (const auto& [from, to] : kContractions) ReplaceAll(from, to, text);
}

}  // namespace abstractllm
