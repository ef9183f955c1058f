#include "media/audio_projector.h"

#include <vector>

#include "gguf_check.h"
#include "load_error.h"
#include "media/projector_metadata.h"
#include "media/tensor_checker.h"

namespace abstractllm {
namespace {

struct KnownType {
  const char* name;  // in the file
  AudioProjectorType type;
  bool stacks;
};

constexpr KnownType kTypes[] = {
    {"qwen2a", AudioProjectorType::kQwen2Audio, false},
    {"qwen2.5o", AudioProjectorType::kQwen2Audio, false},
    {"ultravox", AudioProjectorType::kUltravox, true},
    {"voxtral", AudioProjectorType::kVoxtral, true},
};

constexpr uint64_t kMaxLayers = 512;
constexpr uint64_t kMaxWidth = 65536;
constexpr uint64_t kMaxBands = 256;  // the engine's own
constexpr uint64_t kMaxStack = 64;
constexpr uint64_t kMaxPositions = 15000;

// Letters in shapes:
//   E  the tower's width    K  it, times the frames that are stacked
//   B  bands                3  the convolutions' reach    1  one
//   F, G, D, N, T: any one size, the same wherever the letter stands. N is the positions', T
//   the rows' width.
const std::vector<TensorRule> kTower = {
    {"a.conv1d.1.weight", "3BE", TensorUse::kKernel, true},
    {"a.conv1d.1.bias", "1E", TensorUse::kElements, true},
    {"a.conv1d.2.weight", "3EE", TensorUse::kKernel, true},
    {"a.conv1d.2.bias", "1E", TensorUse::kElements, true},
    {"a.position_embd.weight", "EN", TensorUse::kElements, true},
    LINEAR_WITH_BIAS("a.blk.#.attn_q", "E", "E"),
    {"a.blk.#.attn_k.weight", "EE", TensorUse::kMatrix, true},
    LINEAR_WITH_BIAS("a.blk.#.attn_v", "E", "E"),
    LINEAR("a.blk.#.attn_out", "E", "E"),
    {"a.blk.#.ln1.weight", "E", TensorUse::kElements, true},
    {"a.blk.#.ln1.bias", "E", TensorUse::kElements, true},
    {"a.blk.#.ln2.weight", "E", TensorUse::kElements, true},
    {"a.blk.#.ln2.bias", "E", TensorUse::kElements, true},
    LINEAR("a.blk.#.ffn_up", "E", "F"),
    LINEAR("a.blk.#.ffn_down", "F", "E"),
    NORM("a.post_ln", "E", false),
};

const std::vector<TensorRule> kQwen2Audio = {
    LINEAR_WITH_BIAS("mm.a.fc", "E", "T"),
};

const std::vector<TensorRule> kUltravox = {
    {"mm.a.norm_pre.weight", "K", TensorUse::kElements, true},
    {"mm.a.mlp.1.weight", "KG", TensorUse::kMatrix, true},
    {"mm.a.norm_mid.weight", "D", TensorUse::kElements, true},
    {"mm.a.mlp.2.weight", "DT", TensorUse::kMatrix, true},
};

const std::vector<TensorRule> kVoxtral = {
    {"mm.a.mlp.1.weight", "KD", TensorUse::kMatrix, true},
    {"mm.a.mlp.2.weight", "DT", TensorUse::kMatrix, true},
};

const std::vector<TensorRule>& RulesOf(AudioProjectorType type) {
  switch (type) {
    case AudioProjectorType::kUltravox:
      return kUltravox;
    case AudioProjectorType::kVoxtral:
      return kVoxtral;
    case AudioProjectorType::kQwen2Audio:
      break;
  }
  return kQwen2Audio;
}

Result<KnownType> FindType(const GgufSummary& summary) {
  const std::string name = ProjectorTypeName(summary, "audio");
  std::vector<std::string> names;
  std::string list;
  for (const KnownType& known : kTypes) {
    if (name == known.name) return known;
    names.emplace_back(known.name);
    list += (list.empty() ? "" : ", ") + names.back();
  }
  return Status::Error(Code::kUnsupportedModel,
                       "The projector \"" + summary.path + "\" is of the type " + Show(name) +
                           "; those of sounds that are served are " + list + ".",
                       {{"path", summary.path}, {"projector_type", name}, {"supported", names}});
}

Status ReadNumbers(const GgufSummary& summary, const KnownType& known, AudioProjector* projector) {
  AudioProjector& p = *projector;
  ProjectorMetadata metadata(summary, "audio");
  uint64_t unread = 0;
  const bool read =
      metadata.ReadNumber("embedding_length", {}, 1, kMaxWidth, &p.hidden) &&
      metadata.ReadNumber("attention.head_count", {}, 1, p.hidden, &p.heads) &&
      metadata.ReadNumber("attention.head_count_kv", p.heads, p.heads, p.heads, &unread) &&
      metadata.ReadNumber("attention.head_dim", p.hidden / p.heads, p.hidden / p.heads,
                          p.hidden / p.heads, &unread) &&
      metadata.ReadNumber("feed_forward_length", {}, 0, uint64_t{1} << 20, &unread) &&
      metadata.ReadNumber("projection_dim", {}, 0, uint64_t{1} << 20, &unread) &&
      metadata.ReadNumber("block_count", {}, 1, kMaxLayers, &p.layers) &&
      metadata.ReadNumber("num_mel_bins", {}, 1, kMaxBands, &p.bands) &&
      metadata.CheckEpsilon("attention.layer_norm_epsilon") &&
      metadata.CheckFlag("clip.use_gelu") && metadata.CheckFlag("clip.use_silu");
  if (!read) return metadata.status();
  if (known.stacks && !metadata.ReadNumber("projector.stack_factor", {}, 1, kMaxStack, &p.stack)) {
    return metadata.status();
  }
  if (p.hidden % p.heads != 0) {
    return BadEntry(summary, metadata.Key("embedding_length"),
                    "no multiple of the " + std::to_string(p.heads) + " heads");
  }
  // Features of several layers: no graph of these types takes them.
  if (metadata.Find("feature_layer") != nullptr) {
    return BadEntry(summary, metadata.Key("feature_layer"), "not served for sounds");
  }
  return Status::Ok();
}

Status CheckTensorsOf(const GgufSummary& summary, AudioProjector* projector) {
  const AudioProjector& p = *projector;
  TensorChecker checker(summary, p.name, {"a.", "mm.a."}, {});
  checker.sizes() = {
      {'E', p.hidden}, {'K', p.hidden * p.stack}, {'B', p.bands}, {'3', 3}, {'1', 1}};
  const std::vector<TensorRule>& rules = RulesOf(p.type);
  bool fits = checker.CheckWhole(kTower) && checker.CheckWhole(rules);
  for (uint64_t layer = 0; fits && layer < p.layers; ++layer) {
    fits = checker.CheckLayer(kTower, layer);
  }
  if (!fits || !checker.CheckRest()) return checker.status();
  const TensorSizes& sizes = checker.sizes();
  // Half of the first matrix's outputs gate the other half.
  if (p.type == AudioProjectorType::kUltravox && sizes.at('G') != 2 * sizes.at('D')) {
    checker.Fail("mm.a.mlp.1.weight", "has not twice the columns of mm.a.mlp.2.weight");
    return checker.status();
  }
  if (sizes.at('N') > kMaxPositions || 2 * sizes.at('N') < p.grain()) {
    checker.Fail("a.position_embd.weight", "has " + std::to_string(sizes.at('N')) + " positions");
    return checker.status();
  }
  projector->positions = sizes.at('N');
  return Status::Ok();
}

}  // namespace

Result<AudioProjector> ReadAudioProjector(const GgufSummary& summary) {
  if (Status status = CheckEncoderKind(summary, "audio"); !status.ok()) return status;
  const Result<KnownType> known = FindType(summary);
  if (!known.ok()) return known.status();
  AudioProjector projector;
  projector.type = known.value().type;
  projector.name = known.value().name;
  if (Status status = ReadNumbers(summary, known.value(), &projector); !status.ok()) return status;
  if (Status status = CheckTensorsOf(summary, &projector); !status.ok()) return status;
  return projector;
}

}  // namespace abstractllm
