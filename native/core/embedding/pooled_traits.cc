#include "embedding/pooled_traits.h"

#include <algorithm>
#include <iterator>

#include "gguf_file.h"
#include "llama.h"

namespace abstractllm {
namespace {

const GgufTensor* FindTensor(const GgufSummary& summary, const std::string& name) {
  const auto found = std::find_if(summary.tensors.begin(), summary.tensors.end(),
                                  [&](const GgufTensor& tensor) { return tensor.name == name; });
  return found == summary.tensors.end() ? nullptr : &*found;
}

const GgufValue* FindOfArchitecture(const GgufSummary& summary, const std::string& name) {
  const GgufEntry* entry = summary.Find(summary.architecture + '.' + name);
  return entry == nullptr ? nullptr : &entry->value;
}

bool IsCausal(const GgufSummary& summary) {
  const GgufValue* value = FindOfArchitecture(summary, "attention.causal");
  const auto* causal = value == nullptr ? nullptr : std::get_if<bool>(value);
  return causal == nullptr || *causal;
}

Pooling PoolingOf(const GgufSummary& summary) {
  const GgufValue* value = FindOfArchitecture(summary, "pooling_type");
  int64_t type = LLAMA_POOLING_TYPE_UNSPECIFIED;
  if (value != nullptr) {
    if (const auto* number = std::get_if<uint64_t>(value)) type = static_cast<int64_t>(*number);
    if (const auto* number = std::get_if<int64_t>(value)) type = *number;
  }
  switch (type) {
    case LLAMA_POOLING_TYPE_NONE:
      return Pooling::kNone;
    case LLAMA_POOLING_TYPE_CLS:
      return Pooling::kCls;
    case LLAMA_POOLING_TYPE_LAST:
      return Pooling::kLast;
    case LLAMA_POOLING_TYPE_RANK:
      return Pooling::kModel;
    default:
      return Pooling::kMean;
  }
}

// The engine copies as many outputs as there are labels, so a head of any other size
// would be read wrongly, or beyond its end.
int32_t HeadOutputs(const GgufSummary& summary, const llama_model* model) {
  const GgufTensor* head = FindTensor(summary, "cls.output.weight");
  if (head == nullptr) head = FindTensor(summary, "cls.weight");
  if (head == nullptr) return 0;
  const uint64_t outputs = head->shape.size() > 1 ? head->shape[1] : 1;
  return outputs == llama_model_n_cls_out(model) ? static_cast<int32_t>(outputs) : 0;
}

// A plan says it, and only for heads that FirstTokenHead has to compute.
std::optional<FirstTokenHeadSpec> OwnHead(const GgufSummary& summary) {
  const GgufValue* value = FindOfArchitecture(summary, "classifier.activation");
  const auto* activation = value == nullptr ? nullptr : std::get_if<std::string>(value);
  if (activation == nullptr) return std::nullopt;
  if (*activation == "relu" && summary.architecture == "bert") return FirstTokenHeadSpec{};
  if (*activation != "gelu" || summary.architecture != "modern-bert") return std::nullopt;
  const GgufValue* epsilon = FindOfArchitecture(summary, "attention.layer_norm_epsilon");
  const auto* number = epsilon == nullptr ? nullptr : std::get_if<double>(epsilon);
  if (number == nullptr) return std::nullopt;
  return FirstTokenHeadSpec{FirstTokenHeadSpec::Activation::kGelu, static_cast<float>(*number)};
}

// The engine's own shapes for the heads of these two are what FirstTokenHead takes for granted.
bool IsOwnHeadComplete(const GgufSummary& summary, const llama_model* model) {
  const char* between = summary.architecture == "bert" ? "cls.bias" : "cls.norm.weight";
  const char* const parts[] = {"cls.weight", between, "cls.output.weight", "cls.output.bias"};
  return llama_model_n_embd_out(model) == llama_model_n_embd(model) &&
         std::all_of(std::begin(parts), std::end(parts),
                     [&](const char* name) { return FindTensor(summary, name) != nullptr; });
}

// A plan says it; else it is what tokenizers of BERT do.
bool PairsHaveTokenTypes(const GgufSummary& summary, const llama_model* model) {
  const GgufTensor* types = FindTensor(summary, "token_types.weight");
  if (types == nullptr || types->shape.size() < 2 || types->shape[1] < 2) return false;
  const GgufValue* value = FindOfArchitecture(summary, "pair_token_types");
  if (value != nullptr) {
    if (const auto* planned = std::get_if<bool>(value)) return *planned;
  }
  return llama_vocab_type(llama_model_get_vocab(model)) == LLAMA_VOCAB_TYPE_WPM;
}

std::vector<std::string> LabelsOf(const llama_model* model, int32_t count) {
  std::vector<std::string> labels;
  for (int32_t i = 0; i < count; ++i) {
    const char* label = llama_model_cls_label(model, static_cast<uint32_t>(i));
    // As transformers names those that have no name.
    labels.push_back(label == nullptr ? "LABEL_" + std::to_string(i) : std::string(label));
  }
  return labels;
}

}  // namespace

PooledTraits DescribePooled(const GgufSummary& summary, const llama_context* context,
                            uint32_t context_size) {
  const llama_model* model = llama_get_model(context);
  const bool has_memory = llama_get_memory(context) != nullptr;
  const bool has_encoder = llama_model_has_encoder(model);
  PooledTraits traits;
  traits.encoder_only = !has_memory || !llama_model_has_decoder(model);
  traits.encodes = !has_memory || has_encoder;
  traits.whole_texts = traits.encodes || !IsCausal(summary);
  traits.head_is_separate = FindTensor(summary, "dense_2.weight") == nullptr &&
                            FindTensor(summary, "dense_3.weight") == nullptr;

  const bool learned_positions = FindTensor(summary, "position_embd.weight") != nullptr;
  const auto trained = static_cast<uint32_t>(std::max(llama_model_n_ctx_train(model), 1));
  traits.max_tokens =
      traits.encoder_only || learned_positions ? std::min(context_size, trained) : context_size;
  traits.dimensions = llama_model_n_embd_out(model);
  traits.pooling = PoolingOf(summary);
  traits.head_outputs = HeadOutputs(summary, model);
  traits.own_head = OwnHead(summary);
  if (traits.own_head.has_value() && !IsOwnHeadComplete(summary, model)) traits.head_outputs = 0;
  traits.head_is_probability = summary.architecture == "qwen3" || summary.architecture == "qwen3vl";
  traits.pairs_have_token_types = PairsHaveTokenTypes(summary, model);
  traits.labels = LabelsOf(model, traits.head_outputs);
  return traits;
}

}  // namespace abstractllm
