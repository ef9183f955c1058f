// A tokenizer.model, SentencePiece's file: a protocol buffer, read field by field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/token_list.h"
#include "status.h"

namespace abstractllm {

struct SentencePiece {
  std::string text;
  float score = 0;
  TokenKind kind = TokenKind::kNormal;
};

struct SentencePieceModel {
  enum class Kind { kUnigram = 1, kBytePair = 2 };

  Kind kind = Kind::kUnigram;
  std::vector<SentencePiece> pieces;
  int32_t unk_id = 0;  // -1: none, for all of them
  int32_t bos_id = 1;
  int32_t eos_id = 2;
  int32_t pad_id = -1;
  std::string charsmap;  // compiled normalisation; empty: none
  bool add_dummy_prefix = true;
  bool remove_extra_whitespaces = true;
};

// Errors: kModelNotFound, kModelLoading, kUnsupportedModel (models of words or characters).
Result<SentencePieceModel> ReadSentencePiece(const std::string& path_utf8);

// The same from the file's bytes.
Result<SentencePieceModel> ParseSentencePiece(const std::string& path, std::string_view bytes);

}  // namespace abstractllm
