#include "checkpoint/token_list.h"

#include <cctype>

namespace abstractllm {

void TokenList::Set(uint32_t id, std::string text, TokenKind kind, float score) {
  if (id >= size()) {
    texts.resize(id + size_t{1});
    kinds.resize(texts.size(), TokenKind::kUnused);
    scores.resize(texts.size(), 0);
  }
  // The engine takes texts up to a NUL.
  if (text.find('\0') != std::string::npos) text.clear();
  kinds[id] = text.empty() ? TokenKind::kUnused : kind;
  texts[id] = std::move(text);
  scores[id] = score;
}

void TokenList::Rename(uint32_t id) {
  std::string text = "[PAD" + std::to_string(id) + "]";
  while (!ids_.emplace(text, id).second) text.insert(1, "_");
  texts[id] = std::move(text);
  kinds[id] = TokenKind::kUnused;
}

void TokenList::Finish(uint32_t size) {
  texts.resize(size);
  kinds.resize(size, TokenKind::kUnused);
  scores.resize(size, 0);
  ids_.clear();
  ids_.reserve(size);
  std::vector<uint32_t> nameless;
  for (uint32_t id = 0; id < size; ++id) {
    if (texts[id].empty() || !ids_.emplace(texts[id], id).second) nameless.push_back(id);
  }
  for (const uint32_t id : nameless) Rename(id);
}

int64_t TokenList::Find(const std::string& text) const {
  const auto found = ids_.find(text);
  return found == ids_.end() ? -1 : int64_t{found->second};
}

bool IsByteToken(const std::string& text) {
  return text.size() == 6 && text.compare(0, 3, "<0x") == 0 && text[5] == '>' &&
         std::isxdigit(static_cast<unsigned char>(text[3])) != 0 &&
         std::isxdigit(static_cast<unsigned char>(text[4])) != 0;
}

}  // namespace abstractllm
