#include <algorithm>
#include <cstring>
#include <string_view>
#include <unordered_set>

#include "engine_private.h"
#include "gguf_check.h"
#include "load_error.h"

namespace abstractllm {
namespace {

constexpr uint64_t kMaxTokens = uint64_t{1} << 22;
// The engine's decoding of a token costs the square of its length in memory, and its
// tries descend one call per byte.
constexpr uint64_t kMaxSquaredLengths = uint64_t{1} << 30;
constexpr size_t kMaxTrieTokenBytes = 1024;
constexpr int64_t kByteTokenType = 6;
constexpr int64_t kNoToken = -1;
// U+E000, which marks tokens of the hybriddna tokenizer.
constexpr char kList[] = "tokenizer.ggml.tokens";

// What the engine's loader does for one value of tokenizer.ggml.model.
struct TokenizerKind {
  const char* name;
  int64_t bos;  // default ids, before the file's own
  int64_t eos;
  int64_t sep;
  bool adds_bos;  // unless the file says otherwise
  bool adds_eos;
  bool always_wraps;  // in BOS and SEP, whatever the file says
  bool byte_tokens;   // decodes tokens of the type BYTE
  bool trie;
};

constexpr TokenizerKind kKinds[] = {
    {"llama", 1, 2, kNoToken, true, false, false, true, false},
    {"bert", 101, kNoToken, 102, true, false, true, false, false},
    {"gpt2", 11, 11, kNoToken, false, false, false, true, false},
    {"hybriddna", 11, 11, kNoToken, false, false, false, true, false},
    {"whitespace", 11, 11, kNoToken, false, false, false, true, false},
    {"gemma4", kNoToken, kNoToken, kNoToken, true, false, false, true, false},
    {"t5", kNoToken, 1, kNoToken, false, true, false, true, true},
    {"rwkv", kNoToken, kNoToken, kNoToken, false, false, false, true, true},
    {"plamo2", 1, 2, kNoToken, false, false, false, true, true},
    {"test", kNoToken, kNoToken, kNoToken, false, false, false, true, false},
};

// As the engine unescapes tokens of the RWKV vocabulary.
std::string UnescapeRwkv(const std::string& escaped) {
  std::string output;
  bool escaping = false;
  int hex_remaining = 0;
  unsigned hex = 0;
  for (const char c : escaped) {
    if (hex_remaining != 0) {
      const int digit = c >= 'a' ? c - 'a' + 10 : c - '0';
      hex = (hex << 4) + static_cast<unsigned>(digit);
      if (--hex_remaining == 0) {
        output.push_back(static_cast<char>(hex));
        hex = 0;
      }
    } else if (escaping) {
      if (c == 'x') {
        hex_remaining = 2;
      } else {
        output.push_back(c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c);
      }
      escaping = false;
    } else if (c == '\\') {
      escaping = true;
    } else {
      output.push_back(c);
    }
  }
  return output;
}

class Vocabulary {
 public:
  Vocabulary(const GgufSummary& summary, GgufArrays& arrays) : summary_(summary), arrays_(arrays) {}

  Status Check() {
    if (FindKind() && (kind_ == nullptr || CheckLists())) return Status::Ok();
    return std::move(status_);
  }

 private:
  bool Fail(const std::string& key, const std::string& what) {
    status_ = BadEntry(summary_, key, what);
    return false;
  }

  bool CheckLists() {
    return ReadTokens() && CheckTokens() && CheckUnique() && CheckTypes() && CheckScores() &&
           CheckSpecialTokens() && (std::strcmp(kind_->name, "rwkv") != 0 || CheckRwkv());
  }

  bool FindKind();
  bool ReadTokens();
  bool CheckTokens();
  bool CheckUnique();
  bool CheckTypes();
  bool CheckScores();
  bool CheckSpecialTokens();
  bool CheckRwkv();
  bool ReadId(const char* key, int64_t& id);
  bool ReadFlag(const char* key, bool& flag);

  const GgufSummary& summary_;
  GgufArrays& arrays_;
  Status status_;
  const TokenizerKind* kind_ = nullptr;  // none: a model without a vocabulary
  std::vector<std::string> tokens_;
};

bool Vocabulary::FindKind() {
  constexpr char kModel[] = "tokenizer.ggml.model";
  const GgufEntry* entry = summary_.Find(kModel);
  const std::string* name = entry == nullptr ? nullptr : std::get_if<std::string>(&entry->value);
  if (name == nullptr) return Fail(kModel, entry == nullptr ? "missing" : "not a string");
  if (*name == "none" || *name == "no_vocab") return true;
  for (const TokenizerKind& kind : kKinds) {
    if (*name == kind.name) kind_ = &kind;
  }
  if (kind_ != nullptr) return true;
  status_ = Status::Error(Code::kUnsupportedModel,
                          "The model \"" + summary_.path + "\" has the tokenizer " + Show(*name) +
                              ", which this engine does not know.",
                          {{"path", summary_.path}, {"tokenizer", *name}});
  return false;
}

bool Vocabulary::ReadTokens() {
  const GgufEntry* entry = summary_.Find(kList);
  if (entry == nullptr) return Fail(kList, "missing");
  if (entry->type != GgufType::kArray || entry->element_type != GgufType::kString) {
    return Fail(kList, "not an array of strings");
  }
  if (entry->length == 0 || entry->length > kMaxTokens) {
    return Fail(kList, "an array of " + std::to_string(entry->length) + " tokens");
  }
  return arrays_.ReadStrings(*entry, tokens_) || Fail(kList, "no longer readable");
}

bool Vocabulary::CheckTokens() {
  uint64_t squares = 0;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    std::string& token = tokens_[i];
    // The engine takes them as C strings, and names the empty ones.
    token.resize(std::strlen(token.c_str()));
    if (token.empty()) token = "[EMPTY_" + std::to_string(i) + "]";
    squares += uint64_t{token.size()} * token.size();
    if (squares > kMaxSquaredLengths || (kind_->trie && token.size() > kMaxTrieTokenBytes)) {
      return Fail(kList, "too long: token " + std::to_string(i) + " has " +
                             std::to_string(token.size()) + " bytes");
    }
  }
  return true;
}

// GGML_ASSERT(id_to_token.size() == token_to_id.size())
bool Vocabulary::CheckUnique() {
  std::unordered_set<std::string_view> seen;
  seen.reserve(tokens_.size());
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (seen.insert(tokens_[i]).second) continue;
    const auto first = std::find(tokens_.begin(), tokens_.end(), tokens_[i]) - tokens_.begin();
    return Fail(kList, "ambiguous: tokens " + std::to_string(first) + " and " + std::to_string(i) +
                           " are both " + Show(tokens_[i]));
  }
  return true;
}

bool Vocabulary::CheckTypes() {
  constexpr char kTypes[] = "tokenizer.ggml.token_type";
  const GgufEntry* entry = summary_.Find(kTypes);
  if (entry == nullptr) return true;
  if (entry->type != GgufType::kArray || entry->element_type != GgufType::kInt32) {
    return Fail(kTypes, "not an array of i32");
  }
  if (entry->length < tokens_.size()) {
    return Fail(kTypes, "an array of " + std::to_string(entry->length) + " for " +
                            std::to_string(tokens_.size()) + " tokens");
  }
  std::vector<int64_t> types;
  if (!arrays_.ReadIntegers(*entry, types)) return Fail(kTypes, "no longer readable");
  for (size_t i = 0; i < tokens_.size(); ++i) {
    // token_to_byte() aborts, or looks for the digits of "<0xHH>".
    if (types[i] != kByteTokenType || (kind_->byte_tokens && tokens_[i].size() >= 3)) continue;
    return Fail(kTypes,
                "wrong: token " + std::to_string(i) + ", " + Show(tokens_[i]) + ", is not a byte");
  }
  return true;
}

bool Vocabulary::CheckScores() {
  constexpr char kScores[] = "tokenizer.ggml.scores";
  const GgufEntry* entry = summary_.Find(kScores);
  if (entry == nullptr) return true;
  if (entry->type != GgufType::kArray ||
      (entry->element_type != GgufType::kFloat32 && entry->element_type != GgufType::kInt32)) {
    return Fail(kScores, "not an array of f32");
  }
  if (entry->length < tokens_.size()) {
    return Fail(kScores, "an array of " + std::to_string(entry->length) + " for " +
                             std::to_string(tokens_.size()) + " tokens");
  }
  return true;
}

// An id outside the vocabulary is ignored by the engine, which then uses `id`.
bool Vocabulary::ReadId(const char* key, int64_t& id) {
  const auto count = static_cast<int64_t>(tokens_.size());
  if (id >= count) id = kNoToken;
  const GgufEntry* entry = summary_.Find(key);
  if (entry == nullptr) return true;
  if (entry->type != GgufType::kUint32) {
    return Fail(key, std::string("of the type ") + GgufTypeName(entry->type) + " instead of u32");
  }
  const auto given = static_cast<int64_t>(std::get<uint64_t>(entry->value));
  if (given < count) id = given;
  return true;
}

bool Vocabulary::ReadFlag(const char* key, bool& flag) {
  const GgufEntry* entry = summary_.Find(key);
  if (entry == nullptr) return true;
  if (entry->type != GgufType::kBool) {
    return Fail(key, std::string("of the type ") + GgufTypeName(entry->type) + " instead of bool");
  }
  flag = std::get<bool>(entry->value);
  return true;
}

// Tokenizing asserts that the tokens to add exist.
bool Vocabulary::CheckSpecialTokens() {
  int64_t bos = kind_->bos;
  int64_t eos = kind_->eos;
  int64_t sep = kind_->sep;
  bool adds_bos = kind_->adds_bos;
  bool adds_eos = kind_->adds_eos;
  if (!ReadId("tokenizer.ggml.bos_token_id", bos) || !ReadId("tokenizer.ggml.eos_token_id", eos) ||
      !ReadId("tokenizer.ggml.seperator_token_id", sep) ||
      !ReadFlag("tokenizer.ggml.add_bos_token", adds_bos) ||
      !ReadFlag("tokenizer.ggml.add_eos_token", adds_eos)) {
    return false;
  }
  // gemma4 adds one even when told not to; some pre-tokenizers of gpt2 do by default.
  const bool gemma4 = std::strcmp(kind_->name, "gemma4") == 0;
  const bool silent = summary_.Find("tokenizer.ggml.add_bos_token") == nullptr;
  if (gemma4 || kind_->always_wraps || (silent && kind_->bos != kNoToken)) adds_bos = true;
  const bool uses_ids =
      std::strcmp(kind_->name, "rwkv") != 0 && std::strcmp(kind_->name, "plamo2") != 0;
  const auto outside = [&](const char* role) {
    return std::string("not the id of a token, and the tokenizer adds ") + role;
  };
  if (uses_ids && adds_bos && bos == kNoToken) {
    return Fail("tokenizer.ggml.bos_token_id", outside("it before every text"));
  }
  if (uses_ids && adds_eos && eos == kNoToken) {
    return Fail("tokenizer.ggml.eos_token_id", outside("it after every text"));
  }
  if (kind_->always_wraps && sep == kNoToken) {
    return Fail("tokenizer.ggml.seperator_token_id", outside("it after every text"));
  }
  return true;
}

// The tokenizer never advances past a byte that begins tokens and is none itself.
bool Vocabulary::CheckRwkv() {
  bool begins[256] = {};
  bool alone[256] = {};
  for (const std::string& token : tokens_) {
    const std::string bytes = UnescapeRwkv(token);
    if (bytes.empty()) continue;
    const auto first = static_cast<unsigned char>(bytes[0]);
    begins[first] = true;
    if (bytes.size() == 1) alone[first] = true;
  }
  for (int byte = 0; byte < 256; ++byte) {
    if (!begins[byte] || alone[byte]) continue;
    return Fail(kList, "incomplete: there is no token for the byte " + std::to_string(byte) +
                           ", with which others begin");
  }
  return true;
}

}  // namespace

Status CheckVocabulary(const GgufSummary& summary, GgufArrays& arrays) {
  return Vocabulary(summary, arrays).Check();
}

}  // namespace abstractllm
