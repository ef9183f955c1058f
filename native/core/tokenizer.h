// Text to token ids and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cancel.h"
#include "status.h"

namespace abstractllm {

struct EncodeOptions {
  bool add_special = true;     // what the model puts around a text: BOS, EOS, separators
  bool parse_special = false;  // whether special tokens' text in the input becomes the tokens
  const CancelToken* cancel = nullptr;  // looked at between pieces of a long text
};

// Thread: any, concurrently; calls may need a large stack (see TextWorker).
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;

  // `text` is UTF-8. Errors: kInvalidRequest for a text beyond the tokenizer's limits,
  // kAborted.
  virtual Result<std::vector<int32_t>> Encode(std::string_view text,
                                              EncodeOptions options) const = 0;
  // Valid UTF-8. Errors: kInvalidParameter for an id outside the vocabulary.
  virtual Result<std::string> Decode(const std::vector<int32_t>& tokens,
                                     bool skip_special) const = 0;
  // Appends the bytes a token adds to a running text, which may be part of a
  // character; nothing for special tokens. `token` must be in the vocabulary.
  virtual void AppendPiece(int32_t token, std::string* bytes) const = 0;
  // True for tokens that end a generation.
  virtual bool IsEndOfGeneration(int32_t token) const = 0;
  virtual int32_t vocabulary_size() const = 0;
  // No token stands for more bytes of a text than this; 0 if the tokenizer drops text.
  virtual size_t max_token_bytes() const = 0;
  // Texts of the tokens that only templates may produce: a user must not forge them.
  virtual const std::vector<std::string>& special_texts() const = 0;
};

}  // namespace abstractllm
