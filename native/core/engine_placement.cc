#include "engine_placement.h"

#include <cctype>

#include "backend.h"

namespace abstractllm {
namespace {

Status NoDevice(const std::string& id) {
  std::vector<std::string> ids;
  for (const Device& device : ListDevices()) ids.push_back(device.id);
  return Status::Error(
      Code::kUnsupportedFeature, "There is no device \"" + id + "\" on this machine.",
      {{"parameter", std::string("device_map")}, {"device", id}, {"allowed", std::move(ids)}});
}

// The engine searches for regular expressions of ECMAScript.
std::string PatternOf(const std::string& beginning) {
  std::string pattern = "^";
  for (const char c : beginning) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace

Result<EnginePlacement> EnginePlacement::Make(const Placement& placement, bool cpu_only) {
  EnginePlacement made;
  made.cpu_only_ = cpu_only || (placement.devices.empty() && !HasGpu());
  if (cpu_only || placement.devices.empty()) {
    made.chosen_ = cpu_only;
    made.devices_ = {nullptr};
    return made;
  }
  if (placement.layers.size() != placement.devices.size()) {
    return Status::Error(Code::kInternal, "A placement has layers for other devices than its own.");
  }
  if (placement.devices.size() > llama_max_devices()) {
    return Status::Error(
        Code::kUnsupportedFeature,
        "A model can lie on " + std::to_string(llama_max_devices()) + " devices at most.",
        {{"parameter", std::string("device_map")}});
  }
  made.chosen_ = true;
  made.split_.assign(llama_max_devices(), 0.0f);
  for (size_t i = 0; i < placement.devices.size(); ++i) {
    ggml_backend_dev_t device = FindDevice(placement.devices[i]);
    if (device == nullptr) return NoDevice(placement.devices[i]);
    made.devices_.push_back(device);
    made.split_[i] = static_cast<float>(placement.layers[i]);
    made.gpu_layers_ += static_cast<int32_t>(placement.layers[i]);
  }
  made.devices_.push_back(nullptr);
  for (const std::string& beginning : placement.on_cpu) {
    made.patterns_.push_back(PatternOf(beginning));
  }
  ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  for (const std::string& pattern : made.patterns_) {
    made.overrides_.push_back({pattern.c_str(), ggml_backend_dev_buffer_type(cpu)});
  }
  made.overrides_.push_back({nullptr, nullptr});
  return made;
}

void EnginePlacement::Fill(llama_model_params* params) const {
  if (!chosen_) return;
  // The engine only reads them.
  params->devices = const_cast<ggml_backend_dev_t*>(devices_.data());
  if (cpu_only_) return;
  params->n_gpu_layers = gpu_layers_;
  params->tensor_split = split_.data();
  params->tensor_buft_overrides = overrides_.data();
}

}  // namespace abstractllm
