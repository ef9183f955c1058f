#include "chat_template.h"

#include <algorithm>
#include <set>

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

// Templates that know no system role refuse one, or drop it silently.
void FoldSystemIntoFirstUser(common_json* messages) {
  if (messages->size() < 2) return;
  const common_json& first = (*messages)[0];
  if (first["role"].get<std::string>() != "system") return;
  if ((*messages)[1]["role"].get<std::string>() != "user") return;
  const std::string folded =
      first["content"].get<std::string>() + "\n\n" + (*messages)[1]["content"].get<std::string>();
  (*messages)[1]["content"] = folded;
  messages->erase(0);
}

void UseTypedContent(common_json* messages) {
  for (auto& message : *messages) {
    const std::string text = message["content"].get<std::string>();
    common_json part = common_json::object();
    part["type"] = "text";
    part["text"] = text;
    common_json parts = common_json::array();
    parts.push_back(part);
    message["content"] = parts;
  }
}

void RemoveLeadingText(const std::string& text, std::vector<PromptPart>* parts) {
  if (text.empty() || parts->empty() || parts->front().from_input) return;
  std::string& first = parts->front().text;
  if (first.compare(0, text.size(), text) == 0) first.erase(0, text.size());
}

// Byte ranges of the whole prompt that came from the messages.
using Ranges = std::vector<std::pair<size_t, size_t>>;

bool Overlaps(const Ranges& ranges, size_t begin, size_t end) {
  return std::any_of(ranges.begin(), ranges.end(), [=](const std::pair<size_t, size_t>& range) {
    return begin < range.second && end > range.first;
  });
}

// Where to cut `prompt` so that no special token's text that a message wrote, even in
// part, survives in one piece: after the first character of each.
std::set<size_t> CutsAgainstForgery(const std::string& prompt, const Ranges& input,
                                    const std::vector<std::string>& special_texts) {
  std::set<size_t> cuts;
  for (const std::string& special : special_texts) {
    for (size_t at = prompt.find(special); at != std::string::npos;
         at = prompt.find(special, at + 1)) {
      if (!Overlaps(input, at, at + special.size())) continue;
      cuts.insert(at + std::min(Utf8SequenceLength(static_cast<unsigned char>(special[0])),
                                special.size()));
    }
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
      return Status::Error(Code::kModelLoading,
                           "The model's chat template takes too many steps, or nests too deeply.");
    }
    return std::unique_ptr<ChatTemplate>(new ChatTemplate(std::move(compiled)));
  } catch (const std::exception& error) {
    return Status::Error(Code::kModelLoading,
                         std::string("The model's chat template does not parse: ") + error.what());
  }
}

ChatTemplate::ChatTemplate(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
ChatTemplate::~ChatTemplate() = default;

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
  } catch (const std::exception& error) {
    if (cancel != nullptr && cancel->cancelled()) return Status::Aborted();
    return Status::Error(
        Code::kInvalidRequest,
        std::string("The model's chat template refused the messages: ") + error.what());
  }
}

Result<std::vector<int32_t>> TokenizePrompt(const Tokenizer& tokenizer,
                                            const std::vector<PromptPart>& parts,
                                            bool add_special) {
  std::string prompt;
  Ranges input;
  for (const PromptPart& part : parts) {
    if (part.from_input) input.emplace_back(prompt.size(), prompt.size() + part.text.size());
    prompt += part.text;
  }
  const std::set<size_t> cuts = CutsAgainstForgery(prompt, input, tokenizer.special_texts());
  if (cuts.empty()) return tokenizer.Encode(prompt, {add_special, /*parse_special=*/true});

  std::vector<int32_t> tokens;
  size_t begin = 0;
  for (size_t cut : cuts) {
    Result<std::vector<int32_t>> piece =
        tokenizer.Encode(std::string_view(prompt).substr(begin, cut - begin),
                         {add_special && begin == 0, /*parse_special=*/true});
    if (!piece.ok()) return piece;
    tokens.insert(tokens.end(), piece.value().begin(), piece.value().end());
    begin = cut;
  }
  Result<std::vector<int32_t>> rest =
      tokenizer.Encode(std::string_view(prompt).substr(begin), {false, /*parse_special=*/true});
  if (!rest.ok()) return rest;
  tokens.insert(tokens.end(), rest.value().begin(), rest.value().end());
  return tokens;
}

}  // namespace abstractllm
