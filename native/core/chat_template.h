// A model's chat template: messages in, prompt tokens out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cancel.h"
#include "status.h"
#include "tokenizer.h"

namespace abstractllm {

// One stretch of a rendered prompt, and whether it came from the messages (true) or
// from the template itself (false). Only the template may write special tokens.
struct PromptPart {
  std::string text;
  bool from_input = false;
  // The place of a picture or a sound, by its number; such a part has no text.
  int32_t media = -1;
};

// Thread: any, concurrently; rendering may need a large stack (see TextWorker).
// Owns: the compiled template.
class ChatTemplate {
 public:
  // `source` is Jinja. Tries the template out, within JinjaGuard's limits.
  // Errors: kModelLoading when it does not parse, or goes beyond the limits.
  static Result<std::unique_ptr<ChatTemplate>> Compile(const std::string& source,
                                                       const std::string& bos_token,
                                                       const std::string& eos_token);
  ~ChatTemplate();

  // Whether contents may be arrays of parts, as the engine finds out by trying.
  bool takes_parts() const;
  // `messages_json` is an array of {role, content}, whose contents are strings or, if the
  // template takes them, arrays of {type, ...}. With
  // `drop_bos` a leading BOS is removed, because tokenising adds it again.
  // Errors: kInvalidRequest, with the template's own words, when it refuses them
  // (roles that must alternate, for example).
  // `cancel` may be null.
  Result<std::vector<PromptPart>> Render(const std::string& messages_json, bool drop_bos,
                                         const CancelToken* cancel) const;

 private:
  struct Compiled;
  explicit ChatTemplate(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

// Tokenises a rendered prompt as one text, so that words may join across parts as in
// transformers, except that special tokens written in the messages stay plain text. With
// `add_special`, what the model puts before a text comes first. Stops with kAborted when
// `cancel`, which may be null, is cancelled.
Result<std::vector<int32_t>> TokenizePrompt(const Tokenizer& tokenizer,
                                            const std::vector<PromptPart>& parts, bool add_special,
                                            const CancelToken* cancel);

}  // namespace abstractllm
