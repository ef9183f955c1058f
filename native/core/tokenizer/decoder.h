// From tokens back to a text.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/json_value.h"
#include "status.h"

namespace abstractllm {

// Thread: any, concurrently.
class TokenDecoder {
 public:
  virtual ~TokenDecoder() = default;

  // Turns the tokens' texts into texts whose concatenation is the text.
  virtual void Apply(std::vector<std::string>* texts) const = 0;
  // Turns a token's text into the bytes that it adds in the middle of a text, which may be
  // part of a character.
  virtual void ApplyInside(std::string* text) const = 0;
};

// From the member of a tokenizer.json, at `path` there ("decoder"). Without one, for null,
// tokens are joined by spaces. Errors: kUnsupportedModel for kinds and patterns that are not
// known, kModelLoading for ill-formed descriptions; both name the path.
Result<std::unique_ptr<TokenDecoder>> MakeTokenDecoder(const JsonValue& spec,
                                                       const std::string& path);

}  // namespace abstractllm
