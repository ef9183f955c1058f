#include "media/projector_tensors.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ggml.h"
#include "load_error.h"

namespace abstractllm {
namespace {

// How the graph uses a tensor, which decides what types it may have.
enum class Use {
  kMatrix,    // multiplied by: any type
  kKernel,    // of the convolution: F32 or F16
  kTurned,    // multiplied by, after a transposition: any type that is not in blocks
  kLookedUp,  // rows are taken out: any type that is not in blocks
  kElements,  // added or multiplied element by element: F32
};

// A kind of tensor. '#' in the name stands for the number of a layer. Shapes are as ggml
// counts, fastest dimension first, one letter each:
//   E  the tower's width     Q  three times it        M  it, times merge squared
//   L  it, times the feature layers                   P  a patch's side
//   N  positions             S  positions of a square of any size
//   3  colours
//   F, G, D, T: any one size, the same wherever the letter stands. T is the rows' width.
struct Rule {
  const char* name;
  const char* shape;
  Use use;
  bool needed;
};

// A linear layer, with a bias that there may be or has to be.
#define LINEAR(name, inputs, outputs)                     \
  {name ".weight", inputs outputs, Use::kMatrix, true}, { \
    name ".bias", outputs, Use::kElements, false          \
  }
#define LINEAR_WITH_BIAS(name, inputs, outputs)           \
  {name ".weight", inputs outputs, Use::kMatrix, true}, { \
    name ".bias", outputs, Use::kElements, true           \
  }
#define NORM(name, size, needed) \
  {name ".weight", size, Use::kElements, needed}, { name ".bias", size, Use::kElements, false }

#define ATTENTION                                                         \
  LINEAR("v.blk.#.attn_q", "E", "E"), LINEAR("v.blk.#.attn_k", "E", "E"), \
      LINEAR("v.blk.#.attn_v", "E", "E"), LINEAR("v.blk.#.attn_out", "E", "E")
#define NORMS NORM("v.blk.#.ln1", "E", true), NORM("v.blk.#.ln2", "E", true)
#define FEED_FORWARD LINEAR("v.blk.#.ffn_up", "E", "F"), LINEAR("v.blk.#.ffn_down", "F", "E")
#define GATE LINEAR("v.blk.#.ffn_gate", "E", "F")
#define PATCHES \
  { "v.patch_embd.weight", "PP3E", Use::kKernel, true }
#define PATCH_BIAS(needed) \
  { "v.patch_embd.bias", "E", Use::kElements, needed }
#define SECOND_FRAME \
  { "v.patch_embd.weight.1", "PP3E", Use::kKernel, true }
#define POSITIONS(size) \
  { "v.position_embd.weight", "E" size, Use::kElements, true }

constexpr Rule kMlp[] = {
    PATCHES,
    PATCH_BIAS(false),
    {"v.class_embd", "E", Use::kElements, false},
    {"v.position_embd.weight", "EN", Use::kLookedUp, true},
    NORM("v.pre_ln", "E", false),
    NORM("v.post_ln", "E", false),
    ATTENTION,
    NORMS,
    FEED_FORWARD,
    LINEAR_WITH_BIAS("mm.0", "L", "D"),
    LINEAR_WITH_BIAS("mm.2", "D", "T"),
    {"v.image_newline", "T", Use::kElements, false},
};

#define SIGLIP                                                                                 \
  PATCHES, PATCH_BIAS(false), POSITIONS("N"), NORM("v.post_ln", "E", false), ATTENTION, NORMS, \
      FEED_FORWARD

constexpr Rule kGemma3[] = {
    SIGLIP,
    {"mm.soft_emb_norm.weight", "E", Use::kElements, true},
    {"mm.input_projection.weight", "TE", Use::kTurned, true},
};

constexpr Rule kIdefics3[] = {
    SIGLIP,
    {"mm.model.fc.weight", "MT", Use::kMatrix, true},
};

#define QWEN_ATTENTION                                                                        \
  LINEAR_WITH_BIAS("v.blk.#.attn_q", "E", "E"), LINEAR_WITH_BIAS("v.blk.#.attn_k", "E", "E"), \
      LINEAR_WITH_BIAS("v.blk.#.attn_v", "E", "E"), LINEAR("v.blk.#.attn_out", "E", "E")
#define QWEN_MERGER                                                 \
  NORM("v.post_ln", "E", true), LINEAR_WITH_BIAS("mm.0", "M", "D"), \
      LINEAR_WITH_BIAS("mm.2", "D", "T")

constexpr Rule kQwen2Vl[] = {
    PATCHES, SECOND_FRAME, QWEN_ATTENTION, NORMS, FEED_FORWARD, QWEN_MERGER,
};

constexpr Rule kQwen25Vl[] = {
    PATCHES, SECOND_FRAME, QWEN_ATTENTION, NORMS, FEED_FORWARD, GATE, QWEN_MERGER,
};

constexpr Rule kQwen3Vl[] = {
    PATCHES,
    SECOND_FRAME,
    PATCH_BIAS(true),
    POSITIONS("S"),
    LINEAR_WITH_BIAS("v.blk.#.attn_qkv", "E", "Q"),
    LINEAR("v.blk.#.attn_out", "E", "E"),
    NORMS,
    FEED_FORWARD,
    QWEN_MERGER,
};

// Layers of Qwen 3 that speak to layers of the language model: all of these tensors, or none.
constexpr Rule kDeepstack[] = {
    {"v.deepstack.#.norm.weight", "M", Use::kElements, true},
    {"v.deepstack.#.norm.bias", "M", Use::kElements, true},
    LINEAR_WITH_BIAS("v.deepstack.#.fc1", "M", "G"),
    LINEAR_WITH_BIAS("v.deepstack.#.fc2", "G", "T"),
};

constexpr Rule kInternVl[] = {
    PATCHES,
    PATCH_BIAS(false),
    {"v.class_embd", "E", Use::kElements, true},
    POSITIONS("N"),
    ATTENTION,
    {"v.blk.#.attn_q_norm.weight", "E", Use::kElements, false},
    {"v.blk.#.attn_k_norm.weight", "E", Use::kElements, false},
    NORMS,
    {"v.blk.#.ls1.weight", "E", Use::kElements, false},
    {"v.blk.#.ls2.weight", "E", Use::kElements, false},
    FEED_FORWARD,
    NORM("mm.model.mlp.0", "M", true),
    LINEAR_WITH_BIAS("mm.model.mlp.1", "M", "D"),
    LINEAR_WITH_BIAS("mm.model.mlp.3", "D", "T"),
};

constexpr Rule kPixtral[] = {
    PATCHES,
    NORM("v.pre_ln", "E", false),
    ATTENTION,
    NORMS,
    GATE,
    FEED_FORWARD,
    {"mm.input_norm.weight", "E", Use::kElements, false},
    {"mm.patch_merger.weight", "ME", Use::kMatrix, false},
    LINEAR("mm.1", "E", "D"),
    LINEAR("mm.2", "D", "T"),
    {"v.token_embd.img_break", "T", Use::kElements, true},
};

template <size_t kCount>
std::vector<Rule> ListOf(const Rule (&rules)[kCount]) {
  return std::vector<Rule>(rules, rules + kCount);
}

std::vector<Rule> RulesOf(ProjectorType type) {
  switch (type) {
    case ProjectorType::kMlp:
      return ListOf(kMlp);
    case ProjectorType::kGemma3:
      return ListOf(kGemma3);
    case ProjectorType::kIdefics3:
      return ListOf(kIdefics3);
    case ProjectorType::kQwen2Vl:
      return ListOf(kQwen2Vl);
    case ProjectorType::kQwen25Vl:
      return ListOf(kQwen25Vl);
    case ProjectorType::kQwen3Vl:
      return ListOf(kQwen3Vl);
    case ProjectorType::kInternVl:
      return ListOf(kInternVl);
    case ProjectorType::kPixtral:
      return ListOf(kPixtral);
  }
  return {};
}

// The engine exchanges these two where the second has as many columns as the tower is wide:
// files of older converters have them the wrong way round.
bool MayBeSwapped(ProjectorType type) {
  return type == ProjectorType::kMlp || type == ProjectorType::kGemma3 ||
         type == ProjectorType::kIdefics3 || type == ProjectorType::kQwen2Vl ||
         type == ProjectorType::kQwen25Vl;
}

bool Suits(Use use, ggml_type type) {
  switch (use) {
    case Use::kMatrix:
      return type == GGML_TYPE_F32 || ggml_get_type_traits(type)->to_float != nullptr;
    case Use::kKernel:
      return type == GGML_TYPE_F32 || type == GGML_TYPE_F16;
    case Use::kTurned:
    case Use::kLookedUp:
      return type == GGML_TYPE_F32 || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16;
    case Use::kElements:
      return type == GGML_TYPE_F32;
  }
  return false;
}

class TensorChecker {
 public:
  TensorChecker(const GgufSummary& summary, const Projector& projector)
      : summary_(summary), projector_(projector) {
    for (const GgufTensor& tensor : summary.tensors) {
      const bool sees =
          tensor.name.compare(0, 2, "v.") == 0 || tensor.name.compare(0, 3, "mm.") == 0;
      // Encoders of sound have theirs.
      if (sees && tensor.name.compare(0, 5, "mm.a.") != 0) left_[tensor.name] = &tensor;
    }
    Presets();
  }

  Status Check() {
    const bool fits = CheckAll() && CheckMerger();
    if (!fits) return status_;
    if (left_.empty()) return Status::Ok();
    const std::string& name = left_.begin()->first;
    return Status::Error(Code::kUnsupportedModel,
                         "The projector \"" + summary_.path + "\" has the tensor " + Show(name) +
                             ", which the engine has no use for in one of the type " +
                             projector_.name + ".",
                         {{"path", summary_.path}, {"tensor", name}});
  }

 private:
  void Presets();
  bool CheckAll();
  bool CheckMerger();
  bool CheckLayer(const std::vector<Rule>& rules, uint64_t layer);
  bool CheckRule(const Rule& rule, const std::string& name);
  bool HasShape(const GgufTensor& tensor, const std::string& shape);
  bool Fail(const std::string& tensor, const std::string& what) {
    status_ = CannotLoad(summary_.path, "its tensor " + Show(tensor) + " " + what, kGetAgain,
                         {{"tensor", tensor}});
    return false;
  }

  const GgufSummary& summary_;
  const Projector& projector_;
  std::map<std::string, const GgufTensor*> left_;  // that no rule took yet
  std::map<char, uint64_t> sizes_;
  bool swapped_ = false;
  Status status_;
};

void TensorChecker::Presets() {
  const Projector& p = projector_;
  const uint64_t side = p.image_size / p.patch_size;
  const uint64_t class_token = left_.count("v.class_embd");
  sizes_ = {{'E', p.hidden},
            {'Q', 3 * p.hidden},
            {'M', p.hidden * p.merge * p.merge},
            {'L', p.hidden * p.feature_layers},
            {'P', p.patch_size},
            {'N', side * side + class_token},
            {'3', 3}};
  const auto down = left_.find("v.blk.0.ffn_down.weight");
  swapped_ = MayBeSwapped(p.type) && down != left_.end() && !down->second->shape.empty() &&
             down->second->shape[0] == p.hidden;
}

bool TensorChecker::CheckAll() {
  const std::vector<Rule> rules = RulesOf(projector_.type);
  for (const Rule& rule : rules) {
    if (std::string(rule.name).find('#') == std::string::npos && !CheckRule(rule, rule.name)) {
      return false;
    }
  }
  for (uint64_t layer = 0; layer < projector_.layers; ++layer) {
    if (!CheckLayer(rules, layer)) return false;
    const std::string deepstack = "v.deepstack." + std::to_string(layer) + ".fc1.weight";
    if (projector_.type == ProjectorType::kQwen3Vl && left_.count(deepstack) > 0 &&
        !CheckLayer(ListOf(kDeepstack), layer)) {
      return false;
    }
  }
  return true;
}

bool TensorChecker::CheckLayer(const std::vector<Rule>& rules, uint64_t layer) {
  for (const Rule& rule : rules) {
    std::string name = rule.name;
    const size_t mark = name.find('#');
    if (mark == std::string::npos) continue;
    name.replace(mark, 1, std::to_string(layer));
    if (!CheckRule(rule, name)) return false;
  }
  return true;
}

// Mistral's merger and the number that says how many patches it takes.
bool TensorChecker::CheckMerger() {
  if (projector_.type != ProjectorType::kPixtral) return true;
  const auto has = [&](const char* name) {
    return std::any_of(summary_.tensors.begin(), summary_.tensors.end(),
                       [&](const GgufTensor& tensor) { return tensor.name == name; });
  };
  const bool merges = has("mm.patch_merger.weight");
  if (merges != has("mm.input_norm.weight")) return Fail("mm.input_norm.weight", "stands alone");
  if (projector_.merge > 1 && !merges) return Fail("mm.patch_merger.weight", "is missing");
  return true;
}

bool TensorChecker::CheckRule(const Rule& rule, const std::string& name) {
  const auto found = left_.find(name);
  if (found == left_.end()) return !rule.needed || Fail(name, "is missing");
  const GgufTensor& tensor = *found->second;
  left_.erase(found);
  std::string shape = rule.shape;
  if (swapped_ && name.find(".ffn_") != std::string::npos) {
    for (char& size : shape) size = size == 'E' ? 'F' : 'E';
  }
  if (!HasShape(tensor, shape)) {
    std::string extents;
    for (const uint64_t extent : tensor.shape) {
      extents += (extents.empty() ? "" : " x ") + std::to_string(extent);
    }
    return Fail(name,
                "has the shape " + extents + ", which does not fit the others and the metadata");
  }
  const auto type = static_cast<ggml_type>(tensor.type);
  if (!Suits(rule.use, type)) {
    return Fail(name, "has the type " + tensor.type_name + ", which the engine cannot use there");
  }
  return true;
}

bool TensorChecker::HasShape(const GgufTensor& tensor, const std::string& shape) {
  std::vector<uint64_t> extents = tensor.shape;
  while (extents.size() > shape.size() && extents.back() == 1) extents.pop_back();
  if (extents.size() != shape.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'S') {
      uint64_t side = 1;
      while (side * side < extents[i] && side < 4096) ++side;
      if (side * side != extents[i]) return false;
      continue;
    }
    // The first of a letter says what the others are.
    const auto known = sizes_.emplace(shape[i], extents[i]).first;
    if (known->second != extents[i] || extents[i] == 0) return false;
  }
  return true;
}

}  // namespace

Status CheckProjectorTensors(const GgufSummary& summary, const Projector& projector) {
  return TensorChecker(summary, projector).Check();
}

}  // namespace abstractllm
