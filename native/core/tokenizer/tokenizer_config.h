// What a tokenizer_config.json says that a tokenizer.json does not.
#pragma once

#include <cstdint>
#include <optional>

namespace abstractllm {

struct TokenizerConfig {
  // What it asks for around a text; nothing: as the other file says.
  std::optional<bool> add_bos;
  std::optional<bool> add_eos;
  int32_t bos_id = -1;
  int32_t eos_id = -1;
  // clean_up_tokenization_spaces
  bool clean_up_spaces = false;
};

}  // namespace abstractllm
