#include "media/projector_metadata.h"

#include "gguf_check.h"
#include "load_error.h"

namespace abstractllm {

bool ProjectorMetadata::Fail(const std::string& key, const std::string& what) {
  status_ = BadEntry(summary_, key, what);
  return false;
}

bool ProjectorMetadata::ReadNumber(const std::string& name, std::optional<uint64_t> otherwise,
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

bool ProjectorMetadata::CheckEpsilon(const std::string& name) {
  const GgufEntry* entry = Find(name);
  const auto* value = entry == nullptr || entry->type != GgufType::kFloat32
                          ? nullptr
                          : std::get_if<double>(&entry->value);
  const bool fits = value != nullptr && *value >= 0 && *value < 1;
  return fits || Fail(Key(name), "no f32 from 0 to 1");
}

bool ProjectorMetadata::CheckFlag(const std::string& key) {
  const GgufEntry* entry = summary_.Find(key);
  return entry == nullptr || entry->type == GgufType::kBool || Fail(key, "no bool");
}

Status CheckEncoderKind(const GgufSummary& summary, const std::string& encoder) {
  const Details details = {{"path", summary.path}};
  if (summary.architecture != "clip") {
    return Status::Error(Code::kUnsupportedModel,
                         "The file \"" + summary.path +
                             "\" is no multimodal projector (mmproj), but a model of the "
                             "architecture " +
                             Show(summary.architecture) + ".",
                         details);
  }
  const GgufEntry* has = summary.Find("clip.has_" + encoder + "_encoder");
  const auto* flag = has == nullptr ? nullptr : std::get_if<bool>(&has->value);
  if (flag != nullptr && *flag) return Status::Ok();
  const std::string what = encoder == "audio" ? "sounds" : "pictures";
  return Status::Error(Code::kUnsupportedModel,
                       "The projector \"" + summary.path + "\" has no encoder of " + what + ".",
                       details);
}

std::string ProjectorTypeName(const GgufSummary& summary, const std::string& encoder) {
  const std::string name = summary.Text("clip.projector_type");
  return name.empty() ? summary.Text("clip." + encoder + ".projector_type") : name;
}

}  // namespace abstractllm
