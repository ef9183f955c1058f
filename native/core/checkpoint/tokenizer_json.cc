#include "checkpoint/tokenizer_json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

#include "checkpoint/whole_file.h"
#include "load_error.h"

namespace abstractllm {
namespace {

using Token = JsonReader::Token;

// Several times the largest known: 33 MB, 262 144 tokens.
constexpr uint64_t kMaxFileBytes = uint64_t{256} << 20;
constexpr uint64_t kMaxTokens = uint64_t{1} << 22;
constexpr size_t kMaxMerges = size_t{1} << 23;

class Parser {
 public:
  Parser(const std::string& path, std::string_view text) : json_(text) { result_.path = path; }

  Result<TokenizerJson> Parse() {
    if (ParseFile()) return std::move(result_);
    if (status_.ok())
      status_ = CannotLoad(result_.path, "it is no JSON: " + json_.error(), kGetAgain);
    return std::move(status_);
  }

 private:
  // A failure of the reader itself needs no words here.
  bool Fail(const std::string& what) {
    if (json_.error().empty()) status_ = CannotLoad(result_.path, what, kGetAgain);
    return false;
  }

  bool ParseFile();
  bool ParseModel();
  bool ParseModelMember(const std::string& name);
  bool ParseVocabulary();
  bool ParseScored();
  bool ParseMerges();
  bool ParseMerge(Token first);
  bool ParseAdded();
  // False, with the failure, when the member came before.
  bool Once(bool* seen, const std::string& name);
  bool FindModel();
  bool Place(uint64_t id, std::string text);
  bool ReadText(std::string* text);
  bool ReadFlag(bool* flag);
  bool ReadTree(JsonValue* value) { return ReadJsonValue(&json_, json_.Next(), value); }

  JsonReader json_;
  TokenizerJson result_;
  Status status_;
  std::string type_;
  bool has_model_ = false;
  bool has_vocabulary_ = false;
  bool has_merges_ = false;
  bool is_list_ = false;
};

bool Parser::ParseFile() {
  if (json_.Next() != Token::kObject) return Fail("it is not a JSON object");
  for (Token token = json_.Next(); token != Token::kObjectEnd; token = json_.Next()) {
    if (token != Token::kKey) return false;
    const std::string name = std::move(json_.text());
    bool good = true;
    if (name == "model") {
      good = ParseModel();
    } else if (name == "added_tokens") {
      good = ParseAdded();
    } else if (name == "normalizer") {
      good = ReadTree(&result_.normalizer);
    } else if (name == "pre_tokenizer") {
      good = ReadTree(&result_.pre_tokenizer);
    } else if (name == "post_processor") {
      good = ReadTree(&result_.post_processor);
    } else if (name == "decoder") {
      good = ReadTree(&result_.decoder);
    } else if (name == "truncation") {
      good = ReadTree(&result_.truncation);
    } else {
      good = json_.Skip(json_.Next());
    }
    if (!good) return false;
  }
  return json_.Next() == Token::kEnd && FindModel();
}

bool Parser::ParseModel() {
  if (has_model_ || json_.Next() != Token::kObject) return Fail("it has no proper model");
  has_model_ = true;
  for (Token token = json_.Next(); token != Token::kObjectEnd; token = json_.Next()) {
    if (token != Token::kKey || !ParseModelMember(std::string(std::move(json_.text())))) {
      return false;
    }
  }
  return true;
}

bool Parser::ParseModelMember(const std::string& name) {
  if (name == "type") return ReadText(&type_);
  if (name == "vocab") return Once(&has_vocabulary_, name) && ParseVocabulary();
  if (name == "merges") return Once(&has_merges_, name) && ParseMerges();
  if (name == "unk_token") return ReadText(&result_.unk_token);
  if (name == "continuing_subword_prefix") return ReadText(&result_.subword_prefix);
  if (name == "end_of_word_suffix") return ReadText(&result_.word_suffix);
  if (name == "byte_fallback") return ReadFlag(&result_.byte_fallback);
  if (name == "ignore_merges") return ReadFlag(&result_.ignore_merges);
  if (name == "fuse_unk") return ReadFlag(&result_.fuse_unk);
  const Token token = json_.Next();
  uint64_t id = 0;
  if (name == "unk_id" && token == Token::kNumber && json_.Unsigned(&id) && id < kMaxTokens) {
    result_.unk_id = static_cast<int64_t>(id);
  }
  if (name == "max_input_chars_per_word" && token == Token::kNumber && json_.Unsigned(&id)) {
    result_.max_word_characters = static_cast<uint32_t>(std::min<uint64_t>(id, UINT32_MAX));
  }
  return json_.Skip(token);
}

bool Parser::ReadText(std::string* text) {
  const Token token = json_.Next();
  if (token == Token::kString) *text = std::move(json_.text());
  return json_.Skip(token);
}

bool Parser::ReadFlag(bool* flag) {
  const Token token = json_.Next();
  *flag = token == Token::kTrue;
  return json_.Skip(token);
}

bool Parser::Place(uint64_t id, std::string text) {
  if (id >= kMaxTokens) return Fail("it has a token with the id " + std::to_string(id));
  auto& tokens = result_.tokens;
  const auto index = static_cast<size_t>(id);
  if (index >= tokens.size()) tokens.resize(index + 1);
  tokens[index] = std::move(text);
  return true;
}

bool Parser::Once(bool* seen, const std::string& name) {
  if (*seen) return Fail("it has " + Show(name) + " twice");
  *seen = true;
  return true;
}

bool Parser::ParseVocabulary() {
  const Token first = json_.Next();
  is_list_ = first == Token::kArray;
  if (is_list_) return ParseScored();
  if (first != Token::kObject) return Fail("its vocabulary is no object and no array");
  for (Token token = json_.Next(); token != Token::kObjectEnd; token = json_.Next()) {
    if (token != Token::kKey) return false;
    std::string text = std::move(json_.text());
    uint64_t id = 0;
    if (json_.Next() != Token::kNumber || !json_.Unsigned(&id)) {
      return Fail("its token " + Show(text) + " has no proper id");
    }
    if (id < result_.tokens.size() && !result_.tokens[static_cast<size_t>(id)].empty()) {
      return Fail("its tokens " + Show(result_.tokens[static_cast<size_t>(id)]) + " and " +
                  Show(text) + " have the same id " + std::to_string(id));
    }
    if (!Place(id, std::move(text))) return false;
  }
  return true;
}

// [["text", score], ...]
bool Parser::ParseScored() {
  for (Token token = json_.Next(); token != Token::kArrayEnd; token = json_.Next()) {
    if (token == Token::kError) return false;
    const uint64_t id = result_.tokens.size();
    const std::string where = "its token " + std::to_string(id) + " is not a text with a score";
    if (token != Token::kArray || json_.Next() != Token::kString) return Fail(where);
    if (!Place(id, std::move(json_.text()))) return false;
    if (json_.Next() != Token::kNumber) return Fail(where);
    if (!(std::abs(json_.number()) <= std::numeric_limits<float>::max())) return Fail(where);
    result_.scores.push_back(json_.number());
    if (json_.Next() != Token::kArrayEnd) return Fail(where);
  }
  return true;
}

bool Parser::ParseMerges() {
  const Token first = json_.Next();
  if (first != Token::kArray) return json_.Skip(first);
  for (Token token = json_.Next(); token != Token::kArrayEnd; token = json_.Next()) {
    if (token == Token::kError) return false;
    if (result_.merges.size() == kMaxMerges) return Fail("it has too many merges");
    if (!ParseMerge(token)) return false;
  }
  return true;
}

// "left right", or since version 0.20 of the library ["left", "right"].
bool Parser::ParseMerge(Token first) {
  const std::string where =
      "its merge " + std::to_string(result_.merges.size()) + " is not a pair of texts";
  TokenizerMerge merge;
  if (first == Token::kString) {
    const std::string& text = json_.text();
    const size_t space = text.find(' ');
    if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
      return Fail(where);
    }
    merge = {text.substr(0, space), text.substr(space + 1)};
  } else {
    if (first != Token::kArray || json_.Next() != Token::kString) return Fail(where);
    merge.left = std::move(json_.text());
    if (json_.Next() != Token::kString) return Fail(where);
    merge.right = std::move(json_.text());
    if (json_.Next() != Token::kArrayEnd) return Fail(where);
  }
  result_.merges.push_back(std::move(merge));
  return true;
}

bool Parser::ParseAdded() {
  JsonValue list;
  if (!ReadTree(&list)) return false;
  for (const JsonValue& item : list.items) {
    const JsonValue* id = item.Find("id");
    if (id == nullptr || id->kind != JsonValue::Kind::kNumber || id->number < 0 ||
        id->number >= static_cast<double>(kMaxTokens)) {
      return Fail("one of its added tokens has no proper id");
    }
    AddedToken token = {static_cast<uint32_t>(id->number), item.Text("content")};
    token.special = item.Bool("special", false);
    token.normalized = item.Bool("normalized", !token.special);
    token.single_word = item.Bool("single_word", false);
    token.lstrip = item.Bool("lstrip", false);
    token.rstrip = item.Bool("rstrip", false);
    result_.added.push_back(std::move(token));
  }
  return true;
}

bool Parser::FindModel() {
  if (!has_model_) return Fail("it has no model");
  using Model = TokenizerJson::Model;
  // Old files have no type.
  if (type_ == "BPE" || (type_.empty() && !result_.merges.empty())) {
    result_.model = Model::kBytePair;
  } else if (type_ == "Unigram" || (type_.empty() && is_list_)) {
    result_.model = Model::kUnigram;
  } else if (type_ == "WordPiece" || (type_.empty() && !result_.subword_prefix.empty())) {
    result_.model = Model::kWordPiece;
  } else if (type_ == "WordLevel") {
    result_.model = Model::kWordLevel;
  } else {
    status_ = Status::Error(Code::kUnsupportedModel,
                            "The tokenizer \"" + result_.path + "\" is of the kind " + Show(type_) +
                                "; BPE, Unigram, WordPiece and WordLevel are supported.",
                            {{"path", result_.path}, {"tokenizer", type_}});
    return false;
  }
  if (is_list_ != (result_.model == Model::kUnigram)) {
    return Fail("its vocabulary is not what a tokenizer of its kind has");
  }
  if (!result_.tokens.empty()) return true;
  return Fail("its vocabulary is empty");
}

}  // namespace

Result<TokenizerJson> ParseTokenizerJson(const std::string& path, std::string_view text) {
  return Parser(path, text).Parse();
}

Result<TokenizerJson> ReadTokenizerJson(const std::string& path) try {
  Result<std::string> bytes = ReadWholeFile(path, kMaxFileBytes);
  if (!bytes.ok()) return bytes.status();
  return ParseTokenizerJson(path, bytes.value());
} catch (const std::bad_alloc&) {
  return Status::Error(Code::kResource, "There is not enough memory to read \"" + path + "\".",
                       {{"path", path}});
}

}  // namespace abstractllm
