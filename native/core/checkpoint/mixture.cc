#include "checkpoint/mixture.h"

#include <algorithm>

#include "engine_quantize.h"

namespace abstractllm {
namespace {

const PlanValue* Find(const CheckpointPlan& plan, const std::string& key) {
  for (const PlanMetadata& entry : plan.metadata) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

// A number, or the largest of one per layer.
uint32_t Number(const CheckpointPlan& plan, const std::string& key) {
  const PlanValue* value = Find(plan, key);
  if (value == nullptr) return 0;
  if (const auto* number = std::get_if<uint32_t>(value)) return *number;
  uint32_t most = 0;
  if (const auto* list = std::get_if<std::vector<uint32_t>>(value)) {
    for (const uint32_t number : *list) most = std::max(most, number);
  }
  if (const auto* list = std::get_if<std::vector<int32_t>>(value)) {
    for (const int32_t number : *list) most = std::max(most, static_cast<uint32_t>(number));
  }
  return most;
}

MixtureModel Describe(const CheckpointPlan& plan) {
  MixtureModel model;
  const PlanValue* name = Find(plan, "general.architecture");
  const auto* text = name == nullptr ? nullptr : std::get_if<std::string>(name);
  if (text != nullptr) model.architecture = *text;
  const std::string prefix = model.architecture + '.';
  model.layers = Number(plan, prefix + "block_count");
  model.heads = Number(plan, prefix + "attention.head_count");
  model.kv_heads = Number(plan, prefix + "attention.head_count_kv");
  model.experts = Number(plan, prefix + "expert_count");
  return model;
}

}  // namespace

Status ChooseTypes(const CheckpointPlan& plan, std::vector<CheckedTensor>* tensors) {
  if (plan.quantization.empty()) return Status::Ok();
  std::vector<MixtureTensor> mixture;
  std::vector<CheckedTensor*> targets;
  for (CheckedTensor& tensor : *tensors) {
    if (tensor.shape.size() < 2 || tensor.segments.empty()) continue;
    mixture.push_back({tensor.name, tensor.shape, tensor.type});
    targets.push_back(&tensor);
  }
  if (Status status = ApplyMixture(plan.quantization, Describe(plan), &mixture); !status.ok()) {
    return status;
  }
  for (size_t i = 0; i < mixture.size(); ++i) {
    // What the engine falls back to for odd rows fits them; else the plan's own type stays.
    const auto block = static_cast<uint64_t>(ggml_blck_size(mixture[i].type));
    if (targets[i]->columns % block == 0) SetTensorType(mixture[i].type, targets[i]);
  }
  return Status::Ok();
}

}  // namespace abstractllm
