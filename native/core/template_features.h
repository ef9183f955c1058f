// What a chat template can say, found out by trying it on conversations, as data for
// people who choose a model: nothing is loaded and nothing is kept.
#pragma once

#include <string>

#include "status.h"

namespace abstractllm {

struct TemplateFeatures {
  bool system_role = false;          // shows what a system message says
  bool tools = false;                // describes functions to the model
  bool tool_calls = false;           // shows calls that were made earlier
  bool parallel_tool_calls = false;  // several of them in one message
  bool typed_content = false;        // contents may be arrays of parts
  bool reasoning_history = false;    // shows earlier reasoning
  bool reasoning_effort = false;     // has levels of effort
  bool thinking_switch = false;      // enable_thinking changes the prompt
  bool thinking_opened = false;      // an answer begins inside of a thought
};

// Tries a Jinja template out, within JinjaGuard's limits, on a stack of its own. Thread: any.
// Errors: kModelLoading when it does not parse, or goes beyond the limits; kResource when
// there is no thread to be had.
Result<TemplateFeatures> TryTemplate(const std::string& source);

}  // namespace abstractllm
