#include "vision_fixture.h"

#include <algorithm>
#include <cmath>

#include "backend.h"
#include "checkpoint/random_access_file.h"
#include "checkpoint/safetensors.h"
#include "plan_json.h"

namespace abstractllm::test {
namespace {

std::vector<float> ReadFloats(const RandomAccessFile& file, const SafetensorsEntry& entry) {
  std::vector<float> values(entry.elements);
  if (!file.Read(entry.offset, values.data(), values.size() * sizeof(float))) values.clear();
  return values;
}

}  // namespace

std::vector<std::string> VisionFixtures() {
  return {"llava",   "gemma3",   "smolvlm", "qwen2vl", "qwen25vl",
          "qwen3vl", "internvl", "pixtral", "mistral3"};
}

std::string VisionFolder(const std::string& name) {
  return std::string(ABSTRACTLLM_FIXTURES) + "/vision/" + name;
}

std::vector<VisionReference> ReadVisionReferences(const std::string& folder) {
  const std::string path = folder + "/reference.safetensors";
  const Result<SafetensorsHeader> header = ReadSafetensors(path);
  RandomAccessFile file;
  std::vector<VisionReference> references;
  if (!header.ok() || !file.Open(path)) return references;
  const auto& tensors = header.value().tensors;
  const auto find = [&](const std::string& name) {
    return std::find_if(tensors.begin(), tensors.end(),
                        [&](const SafetensorsEntry& entry) { return entry.name == name; });
  };
  for (size_t i = 0;; ++i) {
    const auto pixels = find("pixels." + std::to_string(i));
    const auto features = find("features." + std::to_string(i));
    if (pixels == tensors.end() || features == tensors.end()) return references;
    VisionReference& reference = references.emplace_back();
    reference.tile.height = static_cast<int32_t>(pixels->shape[0]);
    reference.tile.width = static_cast<int32_t>(pixels->shape[1]);
    reference.tile.rgb = ReadFloats(file, *pixels);
    reference.features = ReadFloats(file, *features);
    reference.rows = features->shape[0];
  }
}

VisionRequest VisionRequestFor(const std::string& folder) {
  InitBackend("");
  VisionRequest request;
  request.path = folder;
  request.plan = ReadPlanJson(folder);
  request.cpu_only = true;
  request.threads = ComputeThreads::Shared(1);
  return request;
}

double LargestTurn(const std::vector<float>& a, const std::vector<float>& b, size_t rows) {
  if (a.size() != b.size() || rows == 0 || a.size() % rows != 0) return 2;
  const size_t width = a.size() / rows;
  double most = 0;
  for (size_t row = 0; row < rows; ++row) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (size_t i = row * width; i < (row + 1) * width; ++i) {
      ab += double{a[i]} * double{b[i]};
      aa += double{a[i]} * double{a[i]};
      bb += double{b[i]} * double{b[i]};
    }
    const double turn = 1 - ab / std::sqrt(aa * bb);
    // What is no number is as wrong as can be.
    most = turn <= 2 ? std::max(most, turn) : 2;
  }
  return most;
}

}  // namespace abstractllm::test
