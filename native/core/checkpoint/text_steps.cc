#include "checkpoint/text_steps.h"

namespace abstractllm {
namespace {

bool Replaces(const JsonValue& step, const char* kind, const std::string& what,
              const std::string& by) {
  const JsonValue* pattern = step.Find("pattern");
  return pattern != nullptr && pattern->Text(kind) == what && step.Text("content") == by;
}

void Collect(const JsonValue& step, TextSteps* steps) {
  const std::string type = step.Text("type");
  if (type == "Sequence") {
    for (const char* list : {"normalizers", "pretokenizers"}) {
      const JsonValue* parts = step.Find(list);
      if (parts == nullptr) continue;
      for (const JsonValue& part : parts->items) Collect(part, steps);
    }
  } else if (type == "Metaspace") {
    steps->metaspace = &step;
  } else if (type == "BertNormalizer" || type == "BertPreTokenizer") {
    if (type == "BertNormalizer") steps->bert = &step;
  } else if (type == "Precompiled") {
    steps->precompiled = &step;
  } else if (type == "Prepend" && step.Text("prepend") == kSpaceMark) {
    steps->prepends = true;
  } else if (type == "Replace" && Replaces(step, "String", " ", kSpaceMark)) {
    steps->marks_spaces = true;
  } else if (type == "Replace" && (Replaces(step, "Regex", " {2,}", " ") ||
                                   Replaces(step, "Regex", " {2,}", kSpaceMark))) {
    steps->merges_spaces = true;
  } else if (type == "WhitespaceSplit") {
    steps->merges_spaces = true;
  } else if (type == "Split" && Replaces(step, "String", " ", "")) {
    steps->splits_at_spaces = true;
  } else if (type == "Strip" && !step.Bool("strip_left", false)) {
    // At the end, where merged spaces go anyway.
    steps->merges_spaces = true;
  } else if (type == "NFC" || type.empty()) {
    // Texts are in this form already, but for rare ones.
  } else if (steps->unknown.empty()) {
    steps->unknown = type;
  }
}

}  // namespace

TextSteps CollectSteps(const JsonValue& tree) {
  TextSteps steps;
  Collect(tree, &steps);
  return steps;
}

}  // namespace abstractllm
