// A tokenizer.json, as the tokenizers library writes it, in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/json_value.h"
#include "status.h"

namespace abstractllm {

struct TokenizerMerge {
  std::string left;
  std::string right;
};

// A token that is looked for in a text before all else.
struct AddedToken {
  uint32_t id = 0;
  std::string text;
  bool special = false;
  bool normalized = false;   // looked for in the normalised text
  bool single_word = false;  // only where no letter is beside it
  bool lstrip = false;       // takes the white space before it, too
  bool rstrip = false;       // and behind it
};

struct TokenizerJson {
  enum class Model { kBytePair, kUnigram, kWordPiece, kWordLevel };

  std::string path;
  Model model = Model::kBytePair;
  // By id. No token has an empty text: where one is empty, the id is not in use.
  std::vector<std::string> tokens;
  std::vector<double> scores;          // of Unigram, by id
  std::vector<TokenizerMerge> merges;  // of BPE, the first to apply first
  std::vector<AddedToken> added;
  std::string unk_token;  // empty: none
  int64_t unk_id = -1;    // of Unigram
  std::string subword_prefix;
  std::string word_suffix;
  bool byte_fallback = false;
  bool ignore_merges = false;
  bool fuse_unk = false;
  uint32_t max_word_characters = 100;  // of WordPiece
  JsonValue normalizer;
  JsonValue pre_tokenizer;
  JsonValue post_processor;
  JsonValue decoder;
  JsonValue truncation;
};

// Takes about the file's size in memory, twice while reading.
// Errors: kModelNotFound (no file), kModelLoading (not such a file), kUnsupportedModel
// (a model that is none of these), naming the file and what is wrong.
Result<TokenizerJson> ReadTokenizerJson(const std::string& path_utf8);

// The same from the file's text.
Result<TokenizerJson> ParseTokenizerJson(const std::string& path, std::string_view text);

}  // namespace abstractllm
