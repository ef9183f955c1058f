#include "media/projector.h"

#include <iterator>
#include <optional>

#include "gguf_arrays.h"
#include "load_error.h"
#include "media/projector_metadata.h"
#include "media/projector_tensors.h"

namespace abstractllm {
namespace {

struct KnownType {
  const char* name;  // in the file
  ProjectorType type;
  bool fixed_size;
  bool causal;
  bool mrope;
  const char* merge_key;  // where the file says it, after "clip.vision."
  uint64_t merge;         // where it does not
};

// As clip.cpp's load_hparams has them.
constexpr KnownType kTypes[] = {
    {"mlp", ProjectorType::kMlp, true, true, false, nullptr, 1},
    {"gemma3", ProjectorType::kGemma3, true, false, false, "projector.scale_factor", 4},
    {"idefics3", ProjectorType::kIdefics3, true, true, false, "projector.scale_factor", 1},
    {"qwen2vl_merger", ProjectorType::kQwen2Vl, false, true, true, "spatial_merge_size", 2},
    {"qwen2.5vl_merger", ProjectorType::kQwen25Vl, false, true, true, "spatial_merge_size", 2},
    {"qwen2.5o", ProjectorType::kQwen25Vl, false, true, true, "spatial_merge_size", 2},
    {"qwen3vl_merger", ProjectorType::kQwen3Vl, false, true, true, "spatial_merge_size", 2},
    {"internvl", ProjectorType::kInternVl, true, true, false, "projector.scale_factor", 1},
    {"pixtral", ProjectorType::kPixtral, false, true, false, "spatial_merge_size", 1},
};

constexpr uint64_t kMaxLayers = 512;
constexpr uint64_t kMaxWidth = 65536;
constexpr uint64_t kMaxImageSize = 8192;  // the engine's own
// Qwen 2.5's windows are 112 pixels wide, and take two patches at least.
constexpr uint64_t kMaxPatch = 56;
constexpr uint64_t kMaxMerge = 8;
// The engine makes a picture of 46 such squares per side while it loads.
constexpr uint64_t kMaxGrain = 128;

class ProjectorReader {
 public:
  explicit ProjectorReader(const GgufSummary& summary)
      : summary_(summary), arrays_(summary), metadata_(summary, "vision") {}

  Result<Projector> Read() {
    if (!CheckKind()) return status_;
    if (!ReadSizes() || !CheckGraph() || !CheckUnread()) return metadata_.status();
    status_ = CheckProjectorTensors(summary_, projector_);
    if (!status_.ok()) return status_;
    return projector_;
  }

 private:
  bool Fail(const std::string& key, const std::string& what) {
    return metadata_.Fail(metadata_.Key(key), what);
  }
  bool CheckKind();
  bool ReadSizes();
  bool CheckGraph();
  bool CheckUnread();
  bool ReadFeatureLayers();
  bool CheckNormalisation(const std::string& name);
  bool ReadNumber(const std::string& name, std::optional<uint64_t> otherwise, uint64_t least,
                  uint64_t most, uint64_t* value) {
    return metadata_.ReadNumber(name, otherwise, least, most, value);
  }

  const GgufSummary& summary_;
  GgufArrays arrays_;
  ProjectorMetadata metadata_;
  Projector projector_;
  const KnownType* known_ = nullptr;
  Status status_;
};

bool ProjectorReader::CheckKind() {
  status_ = CheckEncoderKind(summary_, "vision");
  if (!status_.ok()) return false;
  const std::string name = ProjectorTypeName(summary_, "vision");
  std::vector<std::string> names;
  std::string list;
  for (const KnownType& known : kTypes) {
    names.emplace_back(known.name);
    list += (list.empty() ? "" : ", ") + names.back();
    if (name == known.name) known_ = &known;
  }
  if (known_ == nullptr) {
    status_ =
        Status::Error(Code::kUnsupportedModel,
                      "The projector \"" + summary_.path + "\" is of the type " + Show(name) +
                          "; those that are served are " + list + ".",
                      {{"path", summary_.path}, {"projector_type", name}, {"supported", names}});
    return false;
  }
  projector_.type = known_->type;
  projector_.name = name;
  projector_.fixed_size = known_->fixed_size;
  projector_.causal = known_->causal;
  projector_.mrope = known_->mrope;
  return true;
}

bool ProjectorReader::ReadSizes() {
  Projector& p = projector_;
  uint64_t unread = 0;
  uint64_t kv_heads = 0;
  const bool read = ReadNumber("embedding_length", {}, 1, kMaxWidth, &p.hidden) &&
                    ReadNumber("attention.head_count", {}, 1, p.hidden, &p.heads) &&
                    ReadNumber("attention.head_count_kv", p.heads, p.heads, p.heads, &kv_heads) &&
                    ReadNumber("attention.head_dim", p.hidden / p.heads, p.hidden / p.heads,
                               p.hidden / p.heads, &unread) &&
                    ReadNumber("feed_forward_length", {}, 0, uint64_t{1} << 20, &unread) &&
                    ReadNumber("projection_dim", {}, 0, uint64_t{1} << 20, &unread) &&
                    ReadNumber("block_count", {}, 1, kMaxLayers, &p.layers) &&
                    ReadNumber("image_size", {}, 1, kMaxImageSize, &p.image_size) &&
                    ReadNumber("patch_size", {}, 1, kMaxPatch, &p.patch_size);
  if (!read) return false;
  p.merge = known_->merge;
  if (known_->merge_key != nullptr &&
      !ReadNumber(known_->merge_key, p.merge, 1, kMaxMerge, &p.merge)) {
    return false;
  }
  if (!metadata_.CheckEpsilon("attention.layer_norm_epsilon")) return false;
  return ReadFeatureLayers();
}

bool ProjectorReader::ReadFeatureLayers() {
  const std::string key = "feature_layer";
  const GgufEntry* entry = metadata_.Find(key);
  if (entry == nullptr) return true;
  std::vector<int64_t> layers;
  if (entry->element_type != GgufType::kInt32 || entry->length > kMaxLayers ||
      !arrays_.ReadIntegers(*entry, layers)) {
    return Fail(key, "no short array of i32");
  }
  for (const int64_t layer : layers) {
    if (layer < 0 || layer > static_cast<int64_t>(projector_.layers)) {
      return Fail(key, "the output of a layer that there is not");
    }
  }
  if (!layers.empty()) projector_.feature_layers = layers.size();
  return true;
}

// What the graphs of the engine assert of these numbers.
bool ProjectorReader::CheckGraph() {
  const Projector& p = projector_;
  if (p.hidden % p.heads != 0) {
    return Fail("embedding_length", "no multiple of the " + std::to_string(p.heads) + " heads");
  }
  const uint64_t patches = p.image_size / p.patch_size;
  if (p.fixed_size && (patches < p.merge || patches % p.merge != 0)) {
    return Fail("image_size", std::to_string(patches) +
                                  " patches wide, which do not divide into squares of " +
                                  std::to_string(p.merge));
  }
  if (p.mrope && p.merge != 2) return Fail("spatial_merge_size", "not 2");
  if (!p.fixed_size && p.grain() > kMaxGrain) return Fail("patch_size", "too large");
  if (!p.fixed_size && p.hidden / p.heads % 4 != 0) {
    return Fail("attention.head_count", "such that a head does not divide by 4");
  }
  if (p.type != ProjectorType::kQwen25Vl) return true;
  uint64_t pattern = 0;
  return ReadNumber("n_wa_pattern", {}, 0, kMaxLayers, &pattern);
}

// What the engine reads and nobody uses, because pictures come processed; it asserts types.
bool ProjectorReader::CheckUnread() {
  uint64_t number = 0;
  return CheckNormalisation("image_mean") && CheckNormalisation("image_std") &&
         metadata_.CheckFlag("clip.use_gelu") && metadata_.CheckFlag("clip.use_silu") &&
         ReadNumber("preproc_image_size", 0, 0, kMaxWidth, &number) &&
         ReadNumber("preproc_min_tiles", 0, 0, 64, &number) &&
         ReadNumber("preproc_max_tiles", 12, number, 64, &number);
}

bool ProjectorReader::CheckNormalisation(const std::string& name) {
  const GgufEntry* entry = metadata_.Find(name);
  const bool fits = entry != nullptr && entry->type == GgufType::kArray &&
                    entry->element_type == GgufType::kFloat32 && entry->length == 3;
  return fits || Fail(name, "no array of 3 f32");
}

}  // namespace

Result<Projector> ReadProjector(const GgufSummary& summary) {
  return ProjectorReader(summary).Read();
}

}  // namespace abstractllm
