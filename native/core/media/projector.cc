#include "media/projector.h"

#include <cmath>
#include <iterator>
#include <optional>

#include "gguf_arrays.h"
#include "gguf_check.h"
#include "load_error.h"
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

std::string Key(const std::string& name) { return "clip.vision." + name; }

class ProjectorReader {
 public:
  explicit ProjectorReader(const GgufSummary& summary) : summary_(summary), arrays_(summary) {}

  Result<Projector> Read() {
    if (!CheckKind() || !ReadSizes() || !CheckGraph() || !CheckUnread()) return status_;
    status_ = CheckProjectorTensors(summary_, projector_);
    if (!status_.ok()) return status_;
    return projector_;
  }

 private:
  bool Fail(const std::string& key, const std::string& what) {
    status_ = BadEntry(summary_, key, what);
    return false;
  }
  bool Unsupported(const std::string& message, Details details = {}) {
    details.insert(details.begin(), {"path", summary_.path});
    status_ = Status::Error(Code::kUnsupportedModel, message, std::move(details));
    return false;
  }

  bool CheckKind();
  bool ReadSizes();
  bool CheckGraph();
  bool CheckUnread();
  bool ReadFeatureLayers();
  bool CheckNormalisation(const std::string& name);
  bool CheckFlag(const std::string& key);
  bool ReadNumber(const std::string& name, std::optional<uint64_t> otherwise, uint64_t least,
                  uint64_t most, uint64_t* value);

  const GgufSummary& summary_;
  GgufArrays arrays_;
  Projector projector_;
  const KnownType* known_ = nullptr;
  Status status_;
};

bool ProjectorReader::CheckKind() {
  if (summary_.architecture != "clip") {
    return Unsupported("The file \"" + summary_.path +
                       "\" is no multimodal projector (mmproj), but a model of the architecture " +
                       Show(summary_.architecture) + ".");
  }
  const GgufEntry* has_vision = summary_.Find("clip.has_vision_encoder");
  const auto* flag = has_vision == nullptr ? nullptr : std::get_if<bool>(&has_vision->value);
  if (flag == nullptr || !*flag) {
    return Unsupported("The projector \"" + summary_.path + "\" has no encoder of pictures.");
  }
  std::string name = summary_.Text("clip.projector_type");
  if (name.empty()) name = summary_.Text("clip.vision.projector_type");
  std::vector<std::string> names;
  for (const KnownType& known : kTypes) {
    names.emplace_back(known.name);
    if (name == known.name) known_ = &known;
  }
  if (known_ == nullptr) {
    std::string list;
    for (const std::string& served : names) list += (list.empty() ? "" : ", ") + served;
    return Unsupported("The projector \"" + summary_.path + "\" is of the type " + Show(name) +
                           "; those that are served are " + list + ".",
                       {{"projector_type", name}, {"supported", names}});
  }
  projector_.type = known_->type;
  projector_.name = name;
  projector_.fixed_size = known_->fixed_size;
  projector_.causal = known_->causal;
  projector_.mrope = known_->mrope;
  return true;
}

// A whole number within a range; the engine asserts its type.
bool ProjectorReader::ReadNumber(const std::string& name, std::optional<uint64_t> otherwise,
                                 uint64_t least, uint64_t most, uint64_t* value) {
  const std::string key = Key(name);
  const GgufEntry* entry = summary_.Find(key);
  if (entry == nullptr) {
    if (!otherwise) return Fail(key, "missing");
    *value = *otherwise;
    return true;
  }
  if (entry->type != GgufType::kUint32) {
    return Fail(key, std::string("of the type ") + GgufTypeName(entry->type) + " instead of u32");
  }
  *value = std::get<uint64_t>(entry->value);
  if (*value >= least && *value <= most) return true;
  return Fail(key, std::to_string(*value) + ", and not from " + std::to_string(least) + " to " +
                       std::to_string(most));
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
  const GgufEntry* epsilon = summary_.Find(Key("attention.layer_norm_epsilon"));
  const auto* value = epsilon == nullptr || epsilon->type != GgufType::kFloat32
                          ? nullptr
                          : std::get_if<double>(&epsilon->value);
  if (value == nullptr || !(*value >= 0 && *value < 1)) {
    return Fail(Key("attention.layer_norm_epsilon"), "no f32 from 0 to 1");
  }
  return ReadFeatureLayers();
}

bool ProjectorReader::ReadFeatureLayers() {
  const std::string key = Key("feature_layer");
  const GgufEntry* entry = summary_.Find(key);
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
    return Fail(Key("embedding_length"),
                "no multiple of the " + std::to_string(p.heads) + " heads");
  }
  const uint64_t patches = p.image_size / p.patch_size;
  if (p.fixed_size && (patches < p.merge || patches % p.merge != 0)) {
    return Fail(Key("image_size"), std::to_string(patches) +
                                       " patches wide, which do not divide into squares of " +
                                       std::to_string(p.merge));
  }
  if (p.mrope && p.merge != 2) return Fail(Key("spatial_merge_size"), "not 2");
  if (!p.fixed_size && p.grain() > kMaxGrain) return Fail(Key("patch_size"), "too large");
  if (!p.fixed_size && p.hidden / p.heads % 4 != 0) {
    return Fail(Key("attention.head_count"), "such that a head does not divide by 4");
  }
  if (p.type != ProjectorType::kQwen25Vl) return true;
  uint64_t pattern = 0;
  return ReadNumber("n_wa_pattern", {}, 0, kMaxLayers, &pattern);
}

// What the engine reads and nobody uses, because pictures come processed; it asserts types.
bool ProjectorReader::CheckUnread() {
  uint64_t number = 0;
  return CheckNormalisation("image_mean") && CheckNormalisation("image_std") &&
         CheckFlag("clip.use_gelu") && CheckFlag("clip.use_silu") &&
         ReadNumber("preproc_image_size", 0, 0, kMaxWidth, &number) &&
         ReadNumber("preproc_min_tiles", 0, 0, 64, &number) &&
         ReadNumber("preproc_max_tiles", 12, number, 64, &number);
}

bool ProjectorReader::CheckNormalisation(const std::string& name) {
  const GgufEntry* entry = summary_.Find(Key(name));
  const bool fits = entry != nullptr && entry->type == GgufType::kArray &&
                    entry->element_type == GgufType::kFloat32 && entry->length == 3;
  return fits || Fail(Key(name), "no array of 3 f32");
}

bool ProjectorReader::CheckFlag(const std::string& key) {
  const GgufEntry* entry = summary_.Find(key);
  return entry == nullptr || entry->type == GgufType::kBool || Fail(key, "no bool");
}

}  // namespace

Result<Projector> ReadProjector(const GgufSummary& summary) {
  return ProjectorReader(summary).Read();
}

}  // namespace abstractllm
