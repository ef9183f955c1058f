#include "media/projector_tensors.h"

#include <string>
#include <vector>

#include "media/tensor_checker.h"

namespace abstractllm {
namespace {

// Letters in shapes:
//   E  the tower's width     Q  three times it        M  it, times merge squared
//   L  it, times the feature layers                   P  a patch's side
//   N  positions             S  positions of a square of any size
//   3  colours
//   F, G, D, T: any one size, the same wherever the letter stands. T is the rows' width.

#define ATTENTION                                                         \
  LINEAR("v.blk.#.attn_q", "E", "E"), LINEAR("v.blk.#.attn_k", "E", "E"), \
      LINEAR("v.blk.#.attn_v", "E", "E"), LINEAR("v.blk.#.attn_out", "E", "E")
#define NORMS NORM("v.blk.#.ln1", "E", true), NORM("v.blk.#.ln2", "E", true)
#define FEED_FORWARD LINEAR("v.blk.#.ffn_up", "E", "F"), LINEAR("v.blk.#.ffn_down", "F", "E")
#define GATE LINEAR("v.blk.#.ffn_gate", "E", "F")
#define PATCHES \
  { "v.patch_embd.weight", "PP3E", TensorUse::kKernel, true }
#define PATCH_BIAS(needed) \
  { "v.patch_embd.bias", "E", TensorUse::kElements, needed }
#define SECOND_FRAME \
  { "v.patch_embd.weight.1", "PP3E", TensorUse::kKernel, true }
#define POSITIONS(size) \
  { "v.position_embd.weight", "E" size, TensorUse::kElements, true }

constexpr TensorRule kMlp[] = {
    PATCHES,
    PATCH_BIAS(false),
    {"v.class_embd", "E", TensorUse::kElements, false},
    {"v.position_embd.weight", "EN", TensorUse::kLookedUp, true},
    NORM("v.pre_ln", "E", false),
    NORM("v.post_ln", "E", false),
    ATTENTION,
    NORMS,
    FEED_FORWARD,
    LINEAR_WITH_BIAS("mm.0", "L", "D"),
    LINEAR_WITH_BIAS("mm.2", "D", "T"),
    {"v.image_newline", "T", TensorUse::kElements, false},
};

#define SIGLIP                                                                                 \
  PATCHES, PATCH_BIAS(false), POSITIONS("N"), NORM("v.post_ln", "E", false), ATTENTION, NORMS, \
      FEED_FORWARD

constexpr TensorRule kGemma3[] = {
    SIGLIP,
    {"mm.soft_emb_norm.weight", "E", TensorUse::kElements, true},
    {"mm.input_projection.weight", "TE", TensorUse::kTurned, true},
};

constexpr TensorRule kIdefics3[] = {
    SIGLIP,
    {"mm.model.fc.weight", "MT", TensorUse::kMatrix, true},
};

#define QWEN_ATTENTION                                                                        \
  LINEAR_WITH_BIAS("v.blk.#.attn_q", "E", "E"), LINEAR_WITH_BIAS("v.blk.#.attn_k", "E", "E"), \
      LINEAR_WITH_BIAS("v.blk.#.attn_v", "E", "E"), LINEAR("v.blk.#.attn_out", "E", "E")
#define QWEN_MERGER                                                 \
  NORM("v.post_ln", "E", true), LINEAR_WITH_BIAS("mm.0", "M", "D"), \
      LINEAR_WITH_BIAS("mm.2", "D", "T")

constexpr TensorRule kQwen2Vl[] = {
    PATCHES, SECOND_FRAME, QWEN_ATTENTION, NORMS, FEED_FORWARD, QWEN_MERGER,
};

constexpr TensorRule kQwen25Vl[] = {
    PATCHES, SECOND_FRAME, QWEN_ATTENTION, NORMS, FEED_FORWARD, GATE, QWEN_MERGER,
};

constexpr TensorRule kQwen3Vl[] = {
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
constexpr TensorRule kDeepstack[] = {
    {"v.deepstack.#.norm.weight", "M", TensorUse::kElements, true},
    {"v.deepstack.#.norm.bias", "M", TensorUse::kElements, true},
    LINEAR_WITH_BIAS("v.deepstack.#.fc1", "M", "G"),
    LINEAR_WITH_BIAS("v.deepstack.#.fc2", "G", "T"),
};

constexpr TensorRule kInternVl[] = {
    PATCHES,
    PATCH_BIAS(false),
    {"v.class_embd", "E", TensorUse::kElements, true},
    POSITIONS("N"),
    ATTENTION,
    {"v.blk.#.attn_q_norm.weight", "E", TensorUse::kElements, false},
    {"v.blk.#.attn_k_norm.weight", "E", TensorUse::kElements, false},
    NORMS,
    {"v.blk.#.ls1.weight", "E", TensorUse::kElements, false},
    {"v.blk.#.ls2.weight", "E", TensorUse::kElements, false},
    FEED_FORWARD,
    NORM("mm.model.mlp.0", "M", true),
    LINEAR_WITH_BIAS("mm.model.mlp.1", "M", "D"),
    LINEAR_WITH_BIAS("mm.model.mlp.3", "D", "T"),
};

constexpr TensorRule kPixtral[] = {
    PATCHES,
    NORM("v.pre_ln", "E", false),
    ATTENTION,
    NORMS,
    GATE,
    FEED_FORWARD,
    {"mm.input_norm.weight", "E", TensorUse::kElements, false},
    {"mm.patch_merger.weight", "ME", TensorUse::kMatrix, false},
    LINEAR("mm.1", "E", "D"),
    LINEAR("mm.2", "D", "T"),
    {"v.token_embd.img_break", "T", TensorUse::kElements, true},
};

template <size_t kCount>
std::vector<TensorRule> ListOf(const TensorRule (&rules)[kCount]) {
  return std::vector<TensorRule>(rules, rules + kCount);
}

std::vector<TensorRule> RulesOf(ProjectorType type) {
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

// Encoders of sound have theirs.
class VisionTensors {
 public:
  VisionTensors(const GgufSummary& summary, const Projector& projector)
      : projector_(projector), checker_(summary, projector.name, {"v.", "mm."}, {"mm.a."}) {
    Presets();
  }

  Status Check() {
    const bool fits = CheckMerger() && CheckAll() && checker_.CheckRest();
    return fits ? Status::Ok() : checker_.status();
  }

 private:
  void Presets();
  bool CheckAll();
  bool CheckMerger();

  const Projector& projector_;
  TensorChecker checker_;
};

void VisionTensors::Presets() {
  const Projector& p = projector_;
  const uint64_t side = p.image_size / p.patch_size;
  const uint64_t class_token = checker_.Find("v.class_embd") == nullptr ? 0 : 1;
  checker_.sizes() = {{'E', p.hidden},
                      {'Q', 3 * p.hidden},
                      {'M', p.hidden * p.merge * p.merge},
                      {'L', p.hidden * p.feature_layers},
                      {'P', p.patch_size},
                      {'N', side * side + class_token},
                      {'3', 3}};
  const GgufTensor* down = checker_.Find("v.blk.0.ffn_down.weight");
  if (MayBeSwapped(p.type) && down != nullptr && !down->shape.empty() &&
      down->shape[0] == p.hidden) {
    checker_.SwapFeedForward();
  }
}

bool VisionTensors::CheckAll() {
  const std::vector<TensorRule> rules = RulesOf(projector_.type);
  if (!checker_.CheckWhole(rules)) return false;
  for (uint64_t layer = 0; layer < projector_.layers; ++layer) {
    if (!checker_.CheckLayer(rules, layer)) return false;
    const std::string deepstack = "v.deepstack." + std::to_string(layer) + ".fc1.weight";
    if (projector_.type == ProjectorType::kQwen3Vl && checker_.Find(deepstack) != nullptr &&
        !checker_.CheckLayer(ListOf(kDeepstack), layer)) {
      return false;
    }
  }
  return true;
}

// Mistral's merger and the number that says how many patches it takes.
bool VisionTensors::CheckMerger() {
  if (projector_.type != ProjectorType::kPixtral) return true;
  const bool merges = checker_.Find("mm.patch_merger.weight") != nullptr;
  if (merges != (checker_.Find("mm.input_norm.weight") != nullptr)) {
    return checker_.Fail("mm.input_norm.weight", "stands alone");
  }
  if (projector_.merge > 1 && !merges) {
    return checker_.Fail("mm.patch_merger.weight", "is missing");
  }
  return true;
}

}  // namespace

Status CheckProjectorTensors(const GgufSummary& summary, const Projector& projector) {
  return VisionTensors(summary, projector).Check();
}

}  // namespace abstractllm
