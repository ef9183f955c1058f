#include "chat_template.h"

#include <algorithm>
#include <array>
#include <new>
#include <string_view>
#include <utility>

#include "chat.h"
#include "jinja/caps.h"
#include "jinja/parser.h"
#include "jinja/runtime.h"
#include "jinja/value.h"
#include "jinja_guard.h"
#include "json.h"
#include "utf8.h"

namespace abstractllm {

struct ChatTemplate::Compiled {
  common_chat_template source;
};

namespace {

common_json TextPart(const std::string& text) {
  common_json part = common_json::object();
  part["type"] = "text";
  part["text"] = text;
  return part;
}

// Templates that know no system role refuse one, or drop it silently.
void FoldSystemIntoFirstUser(common_json* messages) {
  if (messages->size() < 2) return;
  const common_json& first = (*messages)[0];
  if (first["role"].get<std::string>() != "system" || !first["content"].is_string()) return;
  common_json user = (*messages)[1];
  if (user["role"].get<std::string>() != "user") return;
  const std::string instructions = first["content"].get<std::string>() + "\n\n";
  if (user["content"].is_string()) {
    user["content"] = instructions + user["content"].get<std::string>();
  } else {
    common_json parts = common_json::array();
    parts.push_back(TextPart(instructions));
    for (const auto& part : user["content"]) parts.push_back(part);
    user["content"] = parts;
  }
  (*messages)[1] = user;
  messages->erase(0);
}

void UseTypedContent(common_json* messages) {
  for (auto& message : *messages) {
    if (!message["content"].is_string()) continue;
    common_json parts = common_json::array();
    parts.push_back(TextPart(message["content"].get<std::string>()));
    message["content"] = parts;
  }
}

void RemoveLeadingText(const std::string& text, std::vector<PromptPart>* parts) {
  if (text.empty() || parts->empty() || parts->front().from_input) return;
  std::string& first = parts->front().text;
  if (first.compare(0, text.size(), text) == 0) first.erase(0, text.size());
}

// Byte ranges of the whole prompt that came from the messages, in order.
using Ranges = std::vector<std::pair<size_t, size_t>>;

bool Overlaps(const Ranges& ranges, size_t begin, size_t end) {
  const auto range = std::partition_point(
      ranges.begin(), ranges.end(),
      [=](const std::pair<size_t, size_t>& each) { return each.second <= begin; });
  return range != ranges.end() && range->first < end;
}

// Texts by their first byte: a prompt is long, some vocabularies have a thousand special
// tokens, and nearly all of those begin with a '<'.
class ByFirstByte {
 public:
  explicit ByFirstByte(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      if (!text.empty()) buckets_[static_cast<unsigned char>(text[0])].push_back(text);
    }
  }

  // Whether a text that begins at prompt[at] reaches into `input`.
  bool AnyIn(std::string_view prompt, size_t at, const Ranges& input) const {
    const auto& bucket = buckets_[static_cast<unsigned char>(prompt[at])];
    return std::any_of(bucket.begin(), bucket.end(), [&](std::string_view text) {
      return prompt.compare(at, text.size(), text) == 0 && Overlaps(input, at, at + text.size());
    });
  }

 private:
  std::array<std::vector<std::string_view>, 256> buckets_;
};

// Where to cut `prompt` so that no special token's text that a message wrote, even in
// part, survives in one piece: after the first character of each. In order. Errors: kAborted.
Result<std::vector<size_t>> CutsAgainstForgery(std::string_view prompt, const Ranges& input,
                                               const std::vector<std::string>& special_texts,
                                               const CancelToken* cancel) {
  constexpr size_t kBytesBetweenChecks = 4096;
  const ByFirstByte specials(special_texts);
  std::vector<size_t> cuts;
  for (size_t at = 0; at < prompt.size(); ++at) {
    if (at % kBytesBetweenChecks == 0 && IsCancelled(cancel)) return Status::Aborted();
    if (!specials.AnyIn(prompt, at, input)) continue;
    const size_t first = Utf8SequenceLength(static_cast<unsigned char>(prompt[at]));
    cuts.push_back(std::min(at + first, prompt.size()));
  }
  return cuts;
}

}  // namespace

Result<std::unique_ptr<ChatTemplate>> ChatTemplate::Compile(const std::string& source,
                                                            const std::string& bos_token,
                                                            const std::string& eos_token) {
  JinjaGuard guard(nullptr);
  try {
    auto compiled =
        std::make_unique<Compiled>(Compiled{common_chat_template(source, bos_token, eos_token)});
    if (guard.tripped()) {
      return Status::Error(
          Code::kModelLoading,
          std::string("The model's chat template cannot be used: ") + kJinjaBeyondLimits + ".");
    }
    return std::unique_ptr<ChatTemplate>(new ChatTemplate(std::move(compiled)));
  } catch (const std::bad_alloc&) {
    throw;  // the caller's to report: no fault of the template
  } catch (const std::exception& error) {
    return Status::Error(Code::kModelLoading,
                         std::string("The model's chat template does not parse: ") + error.what());
  }
}

ChatTemplate::ChatTemplate(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
ChatTemplate::~ChatTemplate() = default;

bool ChatTemplate::takes_parts() const {
  return compiled_->source.original_caps().supports_typed_content;
}

Result<std::vector<PromptPart>> ChatTemplate::Render(const std::string& messages_json,
                                                     bool drop_bos,
                                                     const CancelToken* cancel) const {
  JinjaGuard guard(cancel);
  const common_chat_template& source = compiled_->source;
  try {
    common_json messages = common_json::parse(messages_json);
    const jinja::caps caps = source.original_caps();
    if (!caps.supports_system_role) FoldSystemIntoFirstUser(&messages);
    if (!caps.supports_string_content && caps.supports_typed_content) UseTypedContent(&messages);

    common_json input = common_json::object();
    input["messages"] = messages;
    common_json settings = common_json::object();
    settings["bos_token"] = source.bos_token();
    settings["eos_token"] = source.eos_token();
    settings["add_generation_prompt"] = true;

    jinja::context context(source.source());
    jinja::global_from_json(context, input, /*mark_input=*/true);
    jinja::global_from_json(context, settings, /*mark_input=*/false);
    jinja::runtime runtime(context);
    const auto rendered = jinja::runtime::gather_string_parts(runtime.execute(source.prog));

    std::vector<PromptPart> parts;
    for (const auto& part : rendered->val_str.parts) {
      if (!part.val.empty()) parts.push_back({part.val, part.is_input});
    }
    if (drop_bos) RemoveLeadingText(source.bos_token(), &parts);
    return parts;
  } catch (const std::bad_alloc&) {
    throw;  // the caller's to report: no fault of the messages
  } catch (const std::exception& error) {
    if (IsCancelled(cancel)) return Status::Aborted();
    if (guard.tripped()) {
      return Status::Error(Code::kInvalidRequest,
                           std::string("The model's chat template cannot render these messages: ") +
                               kJinjaBeyondLimits + ". Send fewer or shorter messages.");
    }
    return Status::Error(
        Code::kInvalidRequest,
        std::string("The model's chat template refused the messages: ") + error.what());
  }
}

// Cuts off what follows the tokens of a text in those of the text with special tokens around.
static std::vector<int32_t> TakeBehind(const std::vector<int32_t>& plain,
                                       std::vector<int32_t>* surrounded) {
  const auto found =
      std::search(surrounded->begin(), surrounded->end(), plain.begin(), plain.end());
  if (plain.empty() || found == surrounded->end()) return {};
  const auto end = found + static_cast<std::ptrdiff_t>(plain.size());
  std::vector<int32_t> behind(end, surrounded->end());
  surrounded->erase(end, surrounded->end());
  return behind;
}

Result<std::vector<int32_t>> TokenizePrompt(const Tokenizer& tokenizer,
                                            const std::vector<PromptPart>& parts, bool add_special,
                                            const CancelToken* cancel) {
  std::string prompt;
  Ranges input;
  for (const PromptPart& part : parts) {
    if (part.from_input) input.emplace_back(prompt.size(), prompt.size() + part.text.size());
    prompt += part.text;
  }
  Result<std::vector<size_t>> cuts =
      CutsAgainstForgery(prompt, input, tokenizer.special_texts(), cancel);
  if (!cuts.ok()) return cuts.status();
  cuts.value().push_back(prompt.size());

  std::vector<int32_t> tokens;
  std::vector<int32_t> behind;  // what the tokenizer puts behind a text
  size_t begin = 0;
  for (const size_t cut : cuts.value()) {
    if (IsCancelled(cancel)) return Status::Aborted();
    const std::string_view text = std::string_view(prompt).substr(begin, cut - begin);
    const bool surrounds = add_special && begin == 0;
    Result<std::vector<int32_t>> piece = tokenizer.Encode(text, {surrounds, true, cancel});
    if (!piece.ok()) return piece;
    if (surrounds && cut < prompt.size()) {
      const Result<std::vector<int32_t>> plain = tokenizer.Encode(text, {false, true, cancel});
      if (!plain.ok()) return plain;
      behind = TakeBehind(plain.value(), &piece.value());
    }
    tokens.insert(tokens.end(), piece.value().begin(), piece.value().end());
    begin = cut;
  }
  tokens.insert(tokens.end(), behind.begin(), behind.end());
  return tokens;
}

}  // namespace abstractllm
