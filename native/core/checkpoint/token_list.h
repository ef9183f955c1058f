// A vocabulary's tokens by id, each with a text of its own: the engine ends the process
// when two tokens share one.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace abstractllm {

// The numbers are those of tokenizer.ggml.token_type.
enum class TokenKind : int32_t {
  kNormal = 1,
  kUnknown = 2,
  kControl = 3,
  kUserDefined = 4,
  kUnused = 5,
  kByte = 6,
};

class TokenList {
 public:
  // Sets a token; ids in between become unused. An empty text makes it unused too.
  void Set(uint32_t id, std::string text, TokenKind kind, float score = 0);
  // Cuts or fills the list to `size` tokens, and gives every token without a text, and
  // the later ones of those with the same text, one of their own. Not before all are set.
  void Finish(uint32_t size);

  uint32_t size() const { return static_cast<uint32_t>(texts.size()); }
  // After Finish: the id of a text, or -1.
  int64_t Find(const std::string& text) const;

  std::vector<std::string> texts;
  std::vector<TokenKind> kinds;
  std::vector<float> scores;

 private:
  void Rename(uint32_t id);

  std::unordered_map<std::string, uint32_t> ids_;
};

// "<0x0A>", the form of tokens that stand for one byte.
bool IsByteToken(const std::string& text);

}  // namespace abstractllm
