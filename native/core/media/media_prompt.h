// From a rendered prompt with places for pictures and sounds to tokens and embeddings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cancel.h"
#include "chat_template.h"
#include "media/media_run.h"
#include "media/media_support.h"
#include "status.h"
#include "tokenizer.h"

namespace abstractllm {

// Whose text a placeholder counts in.
enum class WrittenBy { kTemplate, kMessages };

struct MediaPrompt {
  std::vector<int32_t> tokens;
  MediaRuns media;
};

// Renders messages with pictures and sounds: part i of those that are no text is what the
// template writes placeholders[i] for. Templates that know no parts get a text in their
// place, which nobody can guess, and then what templates write around it. What messages wrote stays
// text, whatever it says. Errors: those of ChatTemplate::Render, and kInvalidRequest where the
// template leaves out some of them. `cancel` may be null. Thread: the text thread.
Result<std::vector<PromptPart>> RenderMedia(const ChatTemplate& chat_template,
                                            const std::string& messages_json,
                                            const std::vector<MediaPlaceholder>& placeholders,
                                            bool drop_bos, const CancelToken* cancel);

std::vector<std::string> TextsOf(const std::vector<MediaPlaceholder>& placeholders);

// Puts what templates write around the places of media; those have none of it yet.
// Thread: any.
std::vector<PromptPart> SurroundMedia(const std::vector<PromptPart>& parts,
                                      const std::vector<MediaPlaceholder>& placeholders);

// Makes places of the placeholders that the template, or messages, wrote: the next of
// placeholders[i] is the place of media i. Nothing unless there is exactly one for each. Thread:
// any.
std::optional<std::vector<PromptPart>> PlaceMedia(const std::vector<PromptPart>& parts,
                                                  const std::vector<std::string>& placeholders,
                                                  WrittenBy by);

// Tokenises a prompt whose parts have places of `items`; around them, as TokenizePrompt.
// Errors: kAborted, and those of the tokenizer. Thread: the text thread.
Result<MediaPrompt> TokenizeMediaPrompt(const Tokenizer& tokenizer,
                                        const std::vector<PromptPart>& parts,
                                        const std::vector<MediaItemPtr>& items, bool add_special,
                                        const CancelToken* cancel);

}  // namespace abstractllm
