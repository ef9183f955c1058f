#include <algorithm>
#include <cstdio>
#include <limits>

#include "engine_private.h"
#include "gguf_check.h"
#include "llama.h"
#include "load_error.h"

namespace abstractllm {
namespace {

constexpr uint64_t kMaxNumber = 0x7fffffff;  // the engine keeps most in an int

// Bounds that hold whatever the architecture. Products of two of them fit 32 bits,
// in which the engine computes them.
struct Bounds {
  const char* key;
  uint64_t low;
  uint64_t high;
};

constexpr Bounds kBounds[] = {
    {"context_length", 1, kMaxNumber},
    {"embedding_length", 1, uint64_t{1} << 20},
    {"embedding_length_out", 0, uint64_t{1} << 20},
    {"features_length", 0, uint64_t{1} << 20},
    {"vocab_size", 0, uint64_t{1} << 22},
    {"attention.key_length", 0, uint64_t{1} << 16},
    {"attention.value_length", 0, uint64_t{1} << 16},
    {"attention.key_length_swa", 0, uint64_t{1} << 16},
    {"attention.value_length_swa", 0, uint64_t{1} << 16},
    {"attention.key_length_mla", 0, uint64_t{1} << 16},
    {"attention.value_length_mla", 0, uint64_t{1} << 16},
    {"attention.sliding_window", 0, uint64_t{1} << 26},  // as many numbers are reserved
    {"ssm.conv_kernel", 0, uint64_t{1} << 10},
    {"ssm.inner_size", 0, uint64_t{1} << 20},
    {"ssm.state_size", 0, uint64_t{1} << 16},
    {"ssm.time_step_rank", 0, uint64_t{1} << 16},
    {"ssm.group_count", 0, uint64_t{1} << 16},
    {"shortconv.l_cache", 0, uint64_t{1} << 10},
    {"kda.head_dim", 0, uint64_t{1} << 16},
    {"wkv.head_size", 0, uint64_t{1} << 16},
};

class Hyperparameters {
 public:
  Hyperparameters(const GgufSummary& summary, GgufArrays& arrays)
      : summary_(summary),
        arrays_(arrays),
        architecture_(DescribeArchitecture(summary.architecture)) {}

  Status Check() {
    if (CheckBounds() && CheckChoices() && CheckLayers() && CheckHeads() && CheckExperts() &&
        CheckRope() && CheckWindows() && CheckIndexer() && CheckDeepstack()) {
      return Status::Ok();
    }
    return std::move(status_);
  }

 private:
  std::string Key(const std::string& name) const { return summary_.architecture + '.' + name; }
  const GgufEntry* Find(const std::string& name) const { return summary_.Find(Key(name)); }

  bool Fail(const std::string& name, const std::string& what) {
    status_ = BadEntry(summary_, Key(name), what);
    return false;
  }
  bool FailNumber(const std::string& name, uint64_t value, const std::string& rule) {
    return Fail(name, std::to_string(value) + ", " + rule);
  }

  // `value` stays as it is when the key is missing.
  bool ReadNumber(const std::string& name, uint64_t& value);
  // One number for all layers, or one per layer.
  bool ReadLayers(const std::string& name, std::vector<uint64_t>& values);

  // `value` stays as it is when the key is missing.
  bool ReadReal(const std::string& name, double& value);

  bool CheckBounds();
  bool CheckChoices();
  bool CheckLayers();
  bool CheckHeads();
  bool CheckExperts();
  bool CheckRope();
  bool CheckRopeSections(uint64_t head_size);
  bool CheckWindows();
  bool CheckIndexer();
  bool CheckDeepstack();
  bool ReadIndexers(bool dots, std::vector<uint64_t>& indexers);
  bool HasTensor(const std::string& name) const;

  const GgufSummary& summary_;
  GgufArrays& arrays_;
  const EngineArchitecture architecture_;
  Status status_;
  uint64_t layers_ = 0;
  uint64_t embedding_ = 0;
  std::vector<uint64_t> heads_;
};

bool Hyperparameters::ReadNumber(const std::string& name, uint64_t& value) {
  const GgufEntry* entry = Find(name);
  if (entry == nullptr) return true;
  if (entry->type != GgufType::kUint32) {
    return Fail(name, std::string("of the type ") + GgufTypeName(entry->type) + " instead of u32");
  }
  value = std::get<uint64_t>(entry->value);
  return true;
}

bool Hyperparameters::ReadReal(const std::string& name, double& value) {
  const GgufEntry* entry = Find(name);
  if (entry == nullptr) return true;
  if (entry->type != GgufType::kFloat32) {
    return Fail(name, std::string("of the type ") + GgufTypeName(entry->type) + " instead of f32");
  }
  value = std::get<double>(entry->value);
  return true;
}

bool Hyperparameters::ReadLayers(const std::string& name, std::vector<uint64_t>& values) {
  const GgufEntry* entry = Find(name);
  if (entry == nullptr) return true;
  if (entry->type != GgufType::kArray) {
    uint64_t value = 0;
    if (!ReadNumber(name, value)) return false;
    values.assign(layers_, value);
    return true;
  }
  if (entry->length != layers_) {
    return Fail(name, "an array of " + std::to_string(entry->length) + " numbers for " +
                          std::to_string(layers_) + " layers");
  }
  const GgufType type = entry->element_type;
  std::vector<int64_t> numbers;
  if ((type != GgufType::kUint32 && type != GgufType::kInt32 && type != GgufType::kBool) ||
      !arrays_.ReadIntegers(*entry, numbers)) {
    return Fail(name, std::string("an array of ") + GgufTypeName(type) + " instead of i32 or u32");
  }
  values.clear();
  for (const int64_t number : numbers) {
    if (number < 0) return Fail(name, "an array with a negative number");
    values.push_back(static_cast<uint64_t>(number));
  }
  return true;
}

bool Hyperparameters::CheckBounds() {
  for (const char* name : {"context_length", "embedding_length", "block_count"}) {
    if (Find(name) == nullptr) return Fail(name, "missing");
  }
  for (const Bounds& bounds : kBounds) {
    uint64_t value = bounds.low;
    if (!ReadNumber(bounds.key, value)) return false;
    if (value >= bounds.low && value <= bounds.high) continue;
    return FailNumber(
        bounds.key, value,
        "but must be from " + std::to_string(bounds.low) + " to " + std::to_string(bounds.high));
  }
  return ReadNumber("embedding_length", embedding_);
}

bool Hyperparameters::CheckChoices() {
  // GGML_ABORT("unknown pooling type"); -1 leaves the choice open.
  uint64_t pooling = 0;
  uint64_t gating = 0;
  if (!ReadNumber("pooling_type", pooling) || !ReadNumber("expert_gating_func", gating)) {
    return false;
  }
  if (pooling > LLAMA_POOLING_TYPE_RANK && pooling != std::numeric_limits<uint32_t>::max()) {
    return FailNumber("pooling_type", pooling, "which the engine does not know");
  }
  if (gating > EngineMaxGatingFunction()) {
    return FailNumber("expert_gating_func", gating, "which the engine does not know");
  }
  // Asserted by the threads that compute a normalisation.
  for (const char* name : {"attention.layer_norm_epsilon", "attention.layer_norm_rms_epsilon",
                           "attention.group_norm_epsilon"}) {
    double epsilon = 0;
    if (!ReadReal(name, epsilon)) return false;
    if (!(epsilon >= 0)) return Fail(name, std::to_string(epsilon) + ", but must not be negative");
  }
  if (summary_.architecture == "wavtokenizer-dec") {
    constexpr uint64_t kMaxGroups = uint64_t{1} << 16;
    uint64_t groups = 0;
    if (!ReadNumber("attention.group_norm_groups", groups)) return false;
    if (groups < 1 || groups > kMaxGroups) {
      return FailNumber("attention.group_norm_groups", groups,
                        "but must be from 1 to " + std::to_string(kMaxGroups));
    }
  }
  // llm_graph_input_attn_temp divides by the length.
  if (summary_.architecture != "deepseek2" && summary_.architecture != "mistral4") return true;
  double scale = 0;
  uint64_t length = 0;
  if (!ReadReal("attention.temperature_scale", scale) ||
      !ReadNumber("attention.temperature_length", length)) {
    return false;
  }
  return scale == 0 || length > 0 || Fail("attention.temperature_length", "missing or 0");
}

bool Hyperparameters::CheckLayers() {
  if (!ReadNumber("block_count", layers_)) return false;
  // GGML_ASSERT(n_layer_all > 0 && n_layer_all <= LLAMA_MAX_LAYERS)
  if (layers_ < 1 || layers_ > EngineMaxLayers()) {
    return FailNumber("block_count", layers_,
                      "but the engine takes 1 to " + std::to_string(EngineMaxLayers()) + " layers");
  }
  // Layers for multi-token prediction follow the model's own.
  uint64_t predicting = 0;
  if (!ReadNumber("nextn_predict_layers", predicting)) return false;
  if (predicting > layers_) {
    return FailNumber("nextn_predict_layers", predicting, "more than block_count");
  }
  return true;
}

bool Hyperparameters::CheckHeads() {
  constexpr uint64_t kMaxHeads = uint64_t{1} << 14;
  heads_.assign(layers_, 0);
  if (!ReadLayers("attention.head_count", heads_)) return false;
  std::vector<uint64_t> kv_heads = heads_;
  if (!ReadLayers("attention.head_count_kv", kv_heads)) return false;
  // Several architectures divide by the first layer's number; these have none.
  const bool headless = architecture_.recurrent || summary_.architecture == "wavtokenizer-dec";
  if (heads_[0] == 0 && !headless)
    return FailNumber("attention.head_count", 0, "but must be at least 1");
  for (size_t i = 0; i < layers_; ++i) {
    const std::string in_layer = " in layer " + std::to_string(i);
    if (heads_[i] > kMaxHeads || kv_heads[i] > kMaxHeads) {
      return FailNumber("attention.head_count", std::max(heads_[i], kv_heads[i]),
                        "which is too large" + in_layer);
    }
    // The matrix products of the attention assert that the heads share evenly.
    if (heads_[i] != 0 && kv_heads[i] != 0 && heads_[i] % kv_heads[i] != 0) {
      return FailNumber(
          "attention.head_count_kv", kv_heads[i],
          "which does not divide the " + std::to_string(heads_[i]) + " heads" + in_layer);
    }
  }
  std::vector<uint64_t> widths;
  if (!ReadLayers("feed_forward_length", widths)) return false;
  for (const uint64_t width : widths) {
    if (width > uint64_t{1} << 24) {
      return FailNumber("feed_forward_length", width, "which is too large");
    }
  }
  return true;
}

bool Hyperparameters::CheckExperts() {
  uint64_t experts = 0;
  uint64_t groups = 0;
  uint64_t used_groups = 0;
  std::vector<uint64_t> used_per_layer;
  if (!ReadNumber("expert_count", experts) || !ReadNumber("expert_group_count", groups) ||
      !ReadNumber("expert_group_used_count", used_groups) ||
      !ReadLayers("expert_used_count", used_per_layer)) {
    return false;
  }
  uint64_t used =
      used_per_layer.empty() ? 0 : *std::max_element(used_per_layer.begin(), used_per_layer.end());
  // These two say 1 where they mean "not a mixture".
  const bool counts_from_one =
      summary_.architecture == "hunyuan-dense" || summary_.architecture == "hunyuan_vl";
  if (counts_from_one && experts <= 1) experts = used = 0;
  if (experts > EngineMaxExperts()) {
    return FailNumber("expert_count", experts,
                      "but the engine takes at most " + std::to_string(EngineMaxExperts()));
  }
  const std::string of_experts = "while expert_count is " + std::to_string(experts);
  if (used > experts || (experts > 0 && used == 0)) {
    return FailNumber("expert_used_count", used, of_experts);
  }
  // The product of the experts divides by it.
  for (const GgufTensor& tensor : summary_.tensors) {
    unsigned layer = 0;
    if (used_per_layer.empty() || tensor.name.find("_exps.") == std::string::npos) continue;
    if (std::sscanf(tensor.name.c_str(), "blk.%u.", &layer) != 1 || layer >= layers_) continue;
    if (used_per_layer[layer] == 0) {
      return FailNumber("expert_used_count", 0,
                        "in layer " + std::to_string(layer) + ", which has experts");
    }
  }
  if (groups == 0) return true;
  if (groups >= experts || experts % groups != 0) {
    return FailNumber("expert_group_count", groups, of_experts);
  }
  if (groups > 1 && (used_groups == 0 || used_groups >= groups)) {
    return FailNumber("expert_group_used_count", used_groups,
                      "while expert_group_count is " + std::to_string(groups));
  }
  return true;
}

bool Hyperparameters::CheckRope() {
  if (const GgufEntry* scaling = Find("rope.scaling.type")) {
    static constexpr const char* kTypes[] = {"none", "linear", "yarn", "longrope"};
    const std::string* text = std::get_if<std::string>(&scaling->value);
    if (text == nullptr ||
        std::find(std::begin(kTypes), std::end(kTypes), *text) == std::end(kTypes)) {
      return Fail("rope.scaling.type",
                  (text == nullptr ? std::string("not a string") : Show(*text)) +
                      "; the engine knows none, linear, yarn and longrope");
    }
  }
  if (heads_[0] == 0) return true;
  uint64_t head_size = embedding_ / heads_[0];
  if (!ReadNumber("attention.key_length", head_size)) return false;
  uint64_t head_size_swa = head_size;
  if (!ReadNumber("attention.key_length_swa", head_size_swa)) return false;
  uint64_t rotated = head_size;
  if (!ReadNumber("rope.dimension_count", rotated)) return false;
  uint64_t rotated_swa = rotated;
  if (!ReadNumber("rope.dimension_count_swa", rotated_swa)) return false;
  if (head_size == 0) {
    return FailNumber("attention.head_count", heads_[0],
                      "more than embedding_length (" + std::to_string(embedding_) + ")");
  }
  // Unused values are harmless, and some converters write them.
  if (!architecture_.rope) return true;
  const auto fits = [](uint64_t count, uint64_t size) {
    return count >= 2 && count <= size && count % 2 == 0;  // 0 never ends
  };
  const std::string rule = "but must be even, from 2 to the head size, ";
  if (!fits(rotated, head_size)) {
    return FailNumber("rope.dimension_count", rotated, rule + std::to_string(head_size));
  }
  if (!fits(rotated_swa, std::max(head_size, head_size_swa))) {
    return FailNumber("rope.dimension_count_swa", rotated_swa,
                      rule + std::to_string(head_size_swa));
  }
  return CheckRopeSections(head_size);
}

// The rotation divides by the sum of the sections and asserts the rest, while computing.
bool Hyperparameters::CheckRopeSections(uint64_t head_size) {
  constexpr char kName[] = "rope.dimension_sections";
  const GgufEntry* entry = Find(kName);
  if (entry == nullptr) return !architecture_.multi_rope || Fail(kName, "missing");
  std::vector<int64_t> sections;
  if (entry->type == GgufType::kInt32) {
    sections.assign(4, std::get<int64_t>(entry->value));
  } else if (!arrays_.ReadIntegers(*entry, sections)) {
    return Fail(kName, "not made of integers");
  }
  sections.resize(4);
  int64_t sum = 0;
  for (const int64_t section : sections) {
    if (section < 0 || static_cast<uint64_t>(section) > head_size) {
      return Fail(kName, "an array with the number " + std::to_string(section));
    }
    sum += section;
  }
  if (static_cast<uint64_t>(sum) > head_size) {
    return Fail(kName,
                "an array whose sum is " + std::to_string(sum) + ", more than the head size");
  }
  // The fourth counts only together with another.
  if (architecture_.multi_rope && sum == sections[3]) return Fail(kName, "an array of zeros");
  return true;
}

// Without a KV cache there is one attention mask per kind of layer, and the engine
// asserts that both are used.
bool Hyperparameters::CheckWindows() {
  const bool modern_bert = summary_.architecture == "modern-bert";
  if (!modern_bert && summary_.architecture != "gemma-embedding") return true;
  uint64_t window = 0;
  if (!ReadNumber("attention.sliding_window", window)) return false;
  if (modern_bert && window == 0) return true;
  constexpr char kPattern[] = "attention.sliding_window_pattern";
  const GgufEntry* pattern = Find(kPattern);
  std::vector<int64_t> given;
  uint64_t period = modern_bert ? 3 : 6;
  const bool array = pattern != nullptr && pattern->type == GgufType::kArray;
  if (array && !arrays_.ReadIntegers(*pattern, given))
    return Fail(kPattern, "not made of integers");
  if (!array && !ReadNumber(kPattern, period)) return false;
  given.resize(layers_);
  size_t windowed = 0;
  for (uint64_t i = 0; i < layers_; ++i) {
    const bool by_period = period == 0 || (modern_bert ? i % period != 0 : i % period < period - 1);
    if (array ? given[i] != 0 : by_period) ++windowed;
  }
  if (windowed > 0 && windowed < layers_) return true;
  return Fail(kPattern, "such that " + std::to_string(windowed) + " of " + std::to_string(layers_) +
                            " layers have a sliding window");
}

// The graphs of these two take the indexer of each layer that has one for granted.
bool Hyperparameters::CheckIndexer() {
  const bool dots = summary_.architecture == "dots3note";
  if (!dots && summary_.architecture != "glm-dsa") return true;
  std::vector<uint64_t> indexers;
  if (!ReadIndexers(dots, indexers)) return false;
  uint64_t predicting = 0;
  if (!ReadNumber("nextn_predict_layers", predicting)) return false;
  for (size_t i = 0; i < layers_ - predicting; ++i) {
    if (indexers[i] == 0) continue;
    for (const char* part : {"proj", "attn_k", "attn_q_b"}) {
      const std::string name = "blk." + std::to_string(i) + ".indexer." + part + ".weight";
      if (HasTensor(name)) continue;
      status_ = CannotLoad(summary_.path, "it lacks the tensor " + Show(name),
                           "The file is damaged, or a faulty program wrote it; get it again.",
                           {{"tensor", name}});
      return false;
    }
  }
  return true;
}

// Those layers add rows of the input to all tokens, of which the last layer has some only.
bool Hyperparameters::CheckDeepstack() {
  constexpr char kName[] = "n_deepstack_layers";
  uint64_t deepstack = 0;
  if (!ReadNumber(kName, deepstack)) return false;
  return deepstack < layers_ ||
         FailNumber(kName, deepstack,
                    "but must be less than the " + std::to_string(layers_) + " layers");
}

// Which layers use an indexer: not 0.
bool Hyperparameters::ReadIndexers(bool dots, std::vector<uint64_t>& indexers) {
  if (dots) {
    std::vector<int64_t> windows;
    const GgufEntry* pattern = Find("attention.sliding_window_pattern");
    if (pattern == nullptr || !arrays_.ReadIntegers(*pattern, windows)) {
      return Fail("attention.sliding_window_pattern", "not an array of integers");
    }
    windows.resize(layers_);
    for (const int64_t window : windows) indexers.push_back(window == 0 ? 1 : 0);
    return true;
  }
  // As the engine fills in for GLM 5, 5.1 and 5.2.
  uint64_t context = 0;
  if (!ReadNumber("context_length", context)) return false;
  constexpr uint64_t kNewContext = 1048576;
  for (uint64_t i = 0; i < layers_; ++i) {
    const bool by_table = i < 78 && (i < 2 || i % 4 == 2);
    indexers.push_back(context < kNewContext || by_table ? 1 : 0);
  }
  const GgufEntry* types = Find("attention.indexer.types");
  if (types == nullptr) return true;
  uint64_t every = 0;
  if (types->type != GgufType::kArray) {
    if (!ReadNumber("attention.indexer.types", every)) return false;
    indexers.assign(layers_, every);
    return true;
  }
  std::vector<int64_t> given;
  if (!arrays_.ReadIntegers(*types, given)) {
    return Fail("attention.indexer.types", "not an array of integers");
  }
  given.resize(layers_);
  indexers.assign(given.begin(), given.end());
  return true;
}

bool Hyperparameters::HasTensor(const std::string& name) const {
  return std::any_of(summary_.tensors.begin(), summary_.tensors.end(),
                     [&](const GgufTensor& tensor) { return tensor.name == name; });
}

}  // namespace

Status CheckHyperparameters(const GgufSummary& summary, GgufArrays& arrays) {
  return Hyperparameters(summary, arrays).Check();
}

}  // namespace abstractllm
