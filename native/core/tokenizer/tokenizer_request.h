// What JavaScript asks of a tokenizer without a model, and what it gets. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace abstractllm {

// A tokenizer.json, and what the tokenizer_config.json beside it says.
struct TokenizerFiles {
  std::string path;  // of the former, UTF-8
  std::optional<bool> add_bos;
  std::optional<bool> add_eos;
  std::string bos_text;
  std::string eos_text;
  bool clean_up_spaces = false;
};

struct EncodeTextsRequest {
  std::vector<std::string> texts;  // UTF-8
  bool add_special = true;
  bool parse_special = false;
  bool with_places = false;
};

struct DecodeTokensRequest {
  std::vector<int32_t> tokens;
  bool skip_special = true;
};

struct TokenizerInfo {
  int32_t vocabulary_size = 0;
};

struct EncodedTexts {
  std::vector<int32_t> ids;      // of all texts, one after the other
  std::vector<uint32_t> counts;  // of each text
  // Beginning and end of each token in its text, in UTF-16 code units; empty unless asked for.
  std::vector<uint32_t> places;
};

}  // namespace abstractllm
