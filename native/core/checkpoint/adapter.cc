#include "checkpoint/adapter.h"

#include "checkpoint/planned_gguf.h"
#include "checkpoint/virtual_file.h"
#include "ggml.h"
#include "load_error.h"
#include "logging.h"

namespace abstractllm {
namespace {

constexpr char kOtherModel[] = "Use an adapter that was made for this model.";

const std::string* Text(const AdapterPlan& plan, const std::string& key) {
  for (const PlanMetadata& entry : plan.metadata) {
    if (entry.key == key) return std::get_if<std::string>(&entry.value);
  }
  return nullptr;
}

// What the engine asserts of an adapter instead of refusing it.
Status CheckAdapter(const AdapterPlan& plan, std::vector<CheckedTensor>& tensors) {
  for (const char* key : {"general.type", "general.architecture", "adapter.type"}) {
    if (Text(plan, key) != nullptr) continue;
    return CannotLoad(plan.path, std::string("the adapter's plan has no ") + key, kOtherModel);
  }
  for (const CheckedTensor& tensor : tensors) {
    const bool plain = !ggml_is_quantized(tensor.type) && tensor.shape.size() == 2;
    if (plain) continue;
    return CannotLoad(plan.path, "its tensor " + Show(tensor.name) + " is no matrix of floats",
                      kOtherModel, {{"tensor", tensor.name}});
  }
  // An array, or a number of another type, would be read as what it is not.
  for (const PlanMetadata& entry : plan.metadata) {
    if (std::holds_alternative<std::string>(entry.value)) continue;
    return CannotLoad(plan.path, "the entry " + Show(entry.key) + " of its plan is no text",
                      kOtherModel);
  }
  return Status::Ok();
}

Result<llama_adapter_lora*> LoadAdapter(const AdapterPlan& plan, llama_model* model,
                                        const VirtualGguf::Progress& progress) {
  PlannedGguf gguf;
  if (Status status = gguf.Open(plan.files, plan.tensors); !status.ok()) return status;
  if (Status status = CheckAdapter(plan, gguf.tensors()); !status.ok()) return status;
  gguf.Finish(plan.metadata);
  llama_adapter_lora* adapter = nullptr;
  const auto load = [&](VirtualGguf& stream) {
    const VirtualFile file(&stream, /*threads=*/1, VirtualFile::Part::kAll);
    if (file.get() == nullptr) return CannotLoad(plan.path, "no stream could be opened", "");
    const ErrorCapture capture;
    adapter = llama_adapter_lora_init_from_file_ptr(model, file.get());
    return adapter != nullptr
               ? Status::Ok()
               : CannotLoad(plan.path, "the engine refuses it (" + capture.Text() + ")",
                            kOtherModel);
  };
  if (Status status = gguf.Stream(/*threads=*/1, progress, load); !status.ok()) return status;
  return adapter;
}

}  // namespace

Result<std::vector<llama_adapter_lora*>> LoadAdapters(const std::vector<AdapterPlan>& plans,
                                                      llama_model* model,
                                                      const VirtualGguf::Progress& progress) {
  std::vector<llama_adapter_lora*> adapters;
  for (const AdapterPlan& plan : plans) {
    Result<llama_adapter_lora*> adapter = LoadAdapter(plan, model, progress);
    if (!adapter.ok()) return adapter.status();
    adapters.push_back(adapter.value());
  }
  return adapters;
}

Result<uint64_t> AdapterBytes(const std::vector<AdapterPlan>& plans) {
  uint64_t bytes = 0;
  for (const AdapterPlan& plan : plans) {
    PlannedGguf gguf;
    if (Status status = gguf.Open(plan.files, plan.tensors); !status.ok()) return status;
    gguf.Finish(plan.metadata);
    bytes += gguf.image().size_bytes;
  }
  return bytes;
}

Status UseAdapters(std::vector<llama_adapter_lora*> adapters, llama_context* context) {
  if (adapters.empty()) return Status::Ok();
  // Their own scales are in their weights.
  std::vector<float> scales(adapters.size(), 1.0f);
  if (llama_set_adapters_lora(context, adapters.data(), adapters.size(), scales.data()) == 0) {
    return Status::Ok();
  }
  return Status::Error(Code::kModelLoading, "The engine could not add the adapters to the model.",
                       {{"parameter", std::string("adapter")}});
}

}  // namespace abstractllm
