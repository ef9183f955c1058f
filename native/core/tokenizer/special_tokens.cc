#include "tokenizer/special_tokens.h"

namespace abstractllm {
namespace {

bool IsBetween(std::string_view text, std::string_view begin, std::string_view end) {
  return text.size() > begin.size() + end.size() && text.substr(0, begin.size()) == begin &&
         text.substr(text.size() - end.size()) == end;
}

}  // namespace

bool IsSpecialToken(const AddedToken& token) {
  // U+FF5C is DeepSeek's vertical line.
  return token.special || IsBetween(token.text, "<|", "|>") ||
         IsBetween(token.text, "<\xEF\xBD\x9C", "\xEF\xBD\x9C>");
}

std::unordered_set<int32_t> UnspokenTokens(const std::vector<AddedToken>& added,
                                           int32_t unknown_id) {
  std::unordered_set<int32_t> ids;
  for (const AddedToken& token : added) {
    const auto id = static_cast<int32_t>(token.id);
    if (id != unknown_id && IsSpecialToken(token)) ids.insert(id);
  }
  return ids;
}

}  // namespace abstractllm
