#include "template_features.h"

#include <optional>

#include "chat.h"
#include "gguf_check.h"
#include "jinja/caps.h"
#include "jinja/runtime.h"
#include "jinja/value.h"
#include "jinja_guard.h"
#include "json.h"
#include "text_pieces.h"
#include "thread.h"

namespace abstractllm {
namespace {

// The prompt of one question; nothing when the template refuses it.
std::optional<std::string> Ask(const common_chat_template& source, std::optional<bool> thinking) {
  common_json message = common_json::object();
  message["role"] = "user";
  message["content"] = "Question";
  common_json input = common_json::object();
  input["messages"] = common_json::array();
  input["messages"].push_back(message);
  input["bos_token"] = "";
  input["eos_token"] = "";
  input["add_generation_prompt"] = true;
  if (thinking.has_value()) input["enable_thinking"] = *thinking;
  try {
    jinja::context context(source.source());
    jinja::global_from_json(context, input, /*mark_input=*/false);
    jinja::runtime runtime(context);
    return jinja::runtime::gather_string_parts(runtime.execute(source.prog))->as_string().str();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

bool EndsInThought(const std::optional<std::string>& prompt) {
  if (!prompt.has_value()) return false;
  const size_t opened = prompt->rfind("<think>");
  const size_t closed = prompt->rfind("</think>");
  return opened != std::string::npos && (closed == std::string::npos || closed < opened);
}

Result<TemplateFeatures> Try(const std::string& source) {
  JinjaGuard guard(nullptr);
  try {
    const common_chat_template compiled(source, "", "");
    const jinja::caps caps = compiled.original_caps();
    const std::optional<std::string> plain = Ask(compiled, std::nullopt);
    TemplateFeatures features;
    features.system_role = caps.supports_system_role;
    features.tools = caps.supports_tools;
    features.tool_calls = caps.supports_tool_calls;
    features.parallel_tool_calls = caps.supports_tool_calls && caps.supports_parallel_tool_calls;
    features.typed_content = caps.supports_typed_content;
    features.reasoning_history = caps.supports_preserve_reasoning;
    features.reasoning_effort = caps.supports_reasoning_effort;
    features.thinking_switch = Ask(compiled, true) != Ask(compiled, false);
    features.thinking_opened = EndsInThought(plain);
    if (!guard.tripped()) return features;
  } catch (const std::exception& error) {
    if (!guard.tripped()) {
      return Status::Error(Code::kModelLoading,
                           std::string("The chat template does not parse: ") + error.what());
    }
  }
  return Status::Error(Code::kModelLoading,
                       std::string("The chat template cannot be used: ") + kJinjaBeyondLimits);
}

// The parser calls itself for what nests, before any guard counts.
Status CheckNesting(const std::string& source) {
  GgufSummary summary;
  GgufEntry entry;
  entry.key = "tokenizer.chat_template";
  entry.value = source;
  summary.metadata.push_back(std::move(entry));
  return CheckChatTemplates(summary);
}

}  // namespace

Result<TemplateFeatures> TryTemplate(const std::string& source) {
  if (!CheckNesting(source).ok()) {
    return Status::Error(
        Code::kModelLoading,
        "The chat template is longer, or nests more deeply, than any that is used.");
  }
  std::optional<Result<TemplateFeatures>> result;
  Thread thread;
  if (!thread.Start("al-template", kTokenizerStackBytes, [&] { result.emplace(Try(source)); })) {
    return Status::Error(Code::kResource, "There is no thread to try the chat template on.");
  }
  thread.Join();
  return std::move(*result);
}

}  // namespace abstractllm
