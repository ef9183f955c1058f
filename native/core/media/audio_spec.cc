#include "media/audio_spec.h"

namespace abstractllm {
namespace {

constexpr int32_t kMaxBands = 256;
constexpr int32_t kMaxWindow = 30000;

Status Unusable(const std::string& setting, const std::string& allowed) {
  return Status::Error(Code::kUnsupportedModel,
                       "The model's settings for sounds cannot be followed: " + setting +
                           " has to be " + allowed + ".",
                       {{"setting", setting}});
}

}  // namespace

Status CheckAudioSpec(const AudioSpec& spec) {
  if (spec.placeholder.empty()) return Unusable("placeholder", "a text");
  if (spec.bands < 1 || spec.bands > kMaxBands) {
    return Unusable("bands", "from 1 to " + std::to_string(kMaxBands));
  }
  if (spec.window < 2 || spec.window > kMaxWindow) {
    return Unusable("window", "from 2 to " + std::to_string(kMaxWindow));
  }
  if (spec.grain < 1 || spec.window % spec.grain != 0) {
    return Unusable("grain", "a divisor of window");
  }
  if (spec.least < 1 || spec.least > spec.window) return Unusable("least", "from 1 to window");
  return Status::Ok();
}

}  // namespace abstractllm
