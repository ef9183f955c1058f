// What the engine calls a tokenizer, made from either kind of file. vocabulary.h adds what
// a plan says about it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checkpoint/sentencepiece.h"
#include "checkpoint/token_list.h"
#include "checkpoint/tokenizer_json.h"
#include "status.h"

namespace abstractllm {

struct TokenizerModel {
  std::string kind;  // tokenizer.ggml.model: "gpt2", "llama", "t5" or "bert"
  std::string pre;   // of gpt2
  TokenList tokens;
  std::vector<std::string> merges;  // of gpt2: "left right"
  bool has_scores = false;
  // -1: the file does not say.
  int64_t unk_id = -1;
  int64_t bos_id = -1;
  int64_t eos_id = -1;
  // Of llama and t5.
  bool add_space_prefix = false;
  bool remove_extra_whitespaces = false;
  std::vector<uint8_t> charsmap;
  // Of bert.
  bool lowercase = false;
  bool strip_accents = false;
  // What the file puts around a text, if it says.
  std::optional<uint32_t> before;
  std::optional<uint32_t> after;
  bool says_what_is_around = false;
  // What the engine does otherwise than the file says, if anything: its tokens are right, but
  // not how it finds them in a text.
  std::string differs;
};

// Errors: kUnsupportedModel for what the engine has no such vocabulary for, naming the file
// and the part; kModelLoading for contradictions.
Result<TokenizerModel> TokenizerFromJson(const TokenizerJson& json, bool clean_up_spaces);
TokenizerModel TokenizerFromSentencePiece(const SentencePieceModel& model);

}  // namespace abstractllm
