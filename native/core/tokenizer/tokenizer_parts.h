// What a tokenizer consists of, whatever kind of file it was read from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "checkpoint/tokenizer_json.h"
#include "tokenizer/decoder.h"
#include "tokenizer/normalizer.h"
#include "tokenizer/post_processor.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/subword_model.h"
#include "tokenizer/token_table.h"

namespace abstractllm {

struct TokenizerParts {
  std::unique_ptr<const TokenTable> tokens;     // of the model, which refers to it
  std::unique_ptr<Normalizer> normalizer;       // null: none
  std::unique_ptr<PreTokenizer> pre_tokenizer;  // null: none
  std::unique_ptr<SubwordModel> model;
  PostProcessor around;
  std::unique_ptr<TokenDecoder> decoder;
  std::vector<AddedToken> added;
  // Whether decoded texts are never to be cleaned up.
  bool keeps_spaces = false;
  // No token stands for more bytes of a text; 0: some text may vanish.
  size_t max_token_bytes = 0;
};

}  // namespace abstractllm
