#include <algorithm>
#include <exception>
#include <new>
#include <set>

#include "engine_private.h"
#include "ggml.h"
#include "gguf_check.h"
#include "load_error.h"

namespace abstractllm {
namespace {

// ggml asserts this of every buffer (TENSOR_ALIGNMENT).
constexpr uint64_t kEngineAlignment = 32;
constexpr size_t kNearest = 3;
// Several times what real templates have, and what a stack of kTokenizerStackBytes bears.
constexpr size_t kMaxTemplateBytes = size_t{64} << 10;
constexpr int kMaxTemplateDepth = 500;

Status Unsupported(const GgufSummary& summary, const std::string& message, Details details = {}) {
  details.insert(details.begin(), {"path", summary.path});
  return Status::Error(Code::kUnsupportedModel, message, std::move(details));
}

size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::vector<std::string> NearestArchitectures(const std::string& name) {
  std::vector<std::string> names = LoadableArchitectures();
  const std::string wanted = name.substr(0, 64);
  std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return EditDistance(wanted, a) < EditDistance(wanted, b);
  });
  names.resize(std::min(names.size(), kNearest));
  return names;
}

Status UnknownArchitecture(const GgufSummary& summary) {
  const std::vector<std::string> nearest = NearestArchitectures(summary.architecture);
  std::string message = "The model \"" + summary.path + "\" has the architecture " +
                        Show(summary.architecture) +
                        ", which this engine does not know; the nearest that it knows are";
  for (const std::string& name : nearest) message += (&name == &nearest[0] ? " " : ", ") + name;
  return Unsupported(summary, message + ". If the model is new, update the package.",
                     {{"architecture", summary.architecture}, {"nearest", nearest}});
}

// Types with a conversion to float are what every backend multiplies.
bool IsNumeric(ggml_type type) {
  return type == GGML_TYPE_F32 || ggml_get_type_traits(type)->to_float != nullptr;
}

Status BadType(const GgufSummary& summary, const GgufTensor& tensor, const char* expected) {
  return CannotLoad(summary.path,
                    "its tensor " + Show(tensor.name) + " has the type " + tensor.type_name +
                        ", where the engine can use only " + expected,
                    kGetAgain, {{"tensor", tensor.name}, {"type", tensor.type_name}});
}

// Tensors that the loader calls optional and the graph takes for granted: without one,
// the engine reads address 0. Found by leaving out each tensor of each architecture.
struct NeededTensor {
  const char* architecture;
  const char* with;    // beside each tensor whose name ends so,
  const char* needed;  // one must be whose name ends so,
  const char* unless;  // or else so
};

constexpr NeededTensor kNeeded[] = {
    {"falcon-h1", "ssm_conv1d.weight", "ssm_conv1d.bias", ""},
    {"granitehybrid", "ssm_conv1d.weight", "ssm_conv1d.bias", ""},
    {"nemotron_h", "ssm_conv1d.weight", "ssm_conv1d.bias", ""},
    {"nemotron_h_moe", "ssm_conv1d.weight", "ssm_conv1d.bias", ""},
    {"t5", "blk.0.attn_norm.weight", "blk.0.attn_rel_b.weight", ""},
    {"t5encoder", "blk.0.attn_norm.weight", "blk.0.attn_rel_b.weight", ""},
    {"hy_v3", "ffn_gate_inp.weight", "ffn_down_exps.weight", ""},
    {"hy_v3", "ffn_gate_inp.weight", "ffn_gate_exps.weight", "ffn_gate_up_exps.weight"},
    {"hy_v3", "ffn_gate_inp.weight", "ffn_up_exps.weight", "ffn_gate_up_exps.weight"},
};

// The name of the tensor missing beside `tensor`; empty if there is none.
std::string MissingBeside(const GgufSummary& summary, const std::set<std::string>& names,
                          const std::string& tensor) {
  for (const NeededTensor& rule : kNeeded) {
    const std::string with = rule.with;
    if (summary.architecture != rule.architecture || tensor.size() <= with.size()) continue;
    const size_t stem = tensor.size() - with.size();
    if (tensor[stem - 1] != '.' || tensor.compare(stem, with.size(), with) != 0) continue;
    const std::string layer = tensor.substr(0, stem);
    if (names.count(layer + rule.needed) == 0 && names.count(layer + rule.unless) == 0) {
      return layer + rule.needed;
    }
  }
  return "";
}

// Brackets in texts count too: a template that is read wrongly here is an odd one anyway.
int BracketDepth(const std::string& text) {
  int depth = 0;
  int deepest = 0;
  for (const char c : text) {
    if (c == '(' || c == '[' || c == '{') deepest = std::max(deepest, ++depth);
    if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
  }
  return deepest;
}

}  // namespace

Status BadEntry(const GgufSummary& summary, const std::string& key, const std::string& what) {
  return CannotLoad(summary.path, key + " is " + what, kGetAgain, {{"key", key}});
}

Status CheckKind(const GgufSummary& summary) {
  if (const GgufEntry* split = summary.Find("split.no");
      split != nullptr && std::get<uint64_t>(split->value) != 0) {
    return CannotLoad(summary.path, "it is not the first part of its model",
                      "Name the part that ends in -00001-of-<count>.gguf.");
  }
  const std::string kind = summary.Text("general.type");
  if (summary.architecture == "clip" || kind == "mmproj") {
    return Unsupported(summary, "The file \"" + summary.path +
                                    "\" is a multimodal projector (mmproj), not a language model. "
                                    "Name the model that it belongs to.");
  }
  if (kind == "adapter" || kind == "imatrix") {
    return Unsupported(summary,
                       "The file \"" + summary.path + "\" is " +
                           (kind == "adapter" ? "an adapter (LoRA)" : "an importance matrix") +
                           ", not a model. Name the model that it belongs to.");
  }
  if (summary.architecture.empty()) return BadEntry(summary, "general.architecture", "missing");
  if (!DescribeArchitecture(summary.architecture).loadable) return UnknownArchitecture(summary);
  return Status::Ok();
}

Status CheckChatTemplates(const GgufSummary& summary) {
  const std::string prefix = "tokenizer.chat_template";
  for (const GgufEntry& entry : summary.metadata) {
    const std::string* text = std::get_if<std::string>(&entry.value);
    if (text == nullptr || entry.key.compare(0, prefix.size(), prefix) != 0) continue;
    if (text->size() > kMaxTemplateBytes) {
      return BadEntry(summary, entry.key,
                      "a template of " + std::to_string(text->size()) + " bytes, more than " +
                          std::to_string(kMaxTemplateBytes));
    }
    if (BracketDepth(*text) > kMaxTemplateDepth) {
      return BadEntry(
          summary, entry.key,
          "a template with more than " + std::to_string(kMaxTemplateDepth) + " nested brackets");
    }
  }
  return Status::Ok();
}

Status CheckTensors(const GgufSummary& summary) {
  if (summary.tensors.empty()) {
    return CannotLoad(summary.path, "it has no tensors, only metadata", "Use the complete model.");
  }
  std::set<std::string> names;
  for (const GgufTensor& tensor : summary.tensors) names.insert(tensor.name);
  for (const GgufTensor& tensor : summary.tensors) {
    const std::string missing = MissingBeside(summary, names, tensor.name);
    if (!missing.empty()) {
      return CannotLoad(summary.path, "it lacks the tensor " + Show(missing), kGetAgain,
                        {{"tensor", missing}});
    }
    const auto type = static_cast<ggml_type>(tensor.type);
    const TensorUse use = DescribeTensor(tensor.name);
    if (use == TensorUse::kElements && type != GGML_TYPE_F32)
      return BadType(summary, tensor, "f32");
    if ((use == TensorUse::kRows || use == TensorUse::kMatrix) && !IsNumeric(type)) {
      return BadType(summary, tensor, "float and quantised types");
    }
    if (tensor.offset % kEngineAlignment != 0) {
      return CannotLoad(summary.path,
                        "the data of its tensor " + Show(tensor.name) + " is not aligned to " +
                            std::to_string(kEngineAlignment) + " bytes",
                        "Write the file again with general.alignment 32.",
                        {{"tensor", tensor.name}});
    }
  }
  return Status::Ok();
}

Status ValidateForLoading(const GgufSummary& summary) try {
  Status status = CheckKind(summary);
  GgufArrays arrays(summary);
  if (status.ok()) status = CheckHyperparameters(summary, arrays);
  if (status.ok()) status = CheckVocabulary(summary, arrays);
  if (status.ok()) status = CheckChatTemplates(summary);
  if (status.ok()) status = CheckTensors(summary);
  return status;
} catch (const std::bad_alloc&) {
  return NoMemoryToLoad(summary.path);
} catch (const std::exception& error) {
  return CannotLoad(summary.path, std::string("checking it failed (") + error.what() + ")",
                    kGetAgain);
}

}  // namespace abstractllm
