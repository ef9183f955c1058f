#include "memory_need.h"

#include <memory>
#include <string>
#include <utility>

#include "check.h"
#include "loaded_model.h"
#include "media/media_pair.h"
#include "same_memory.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

LoadRequest RequestFor(const TinyModelFile& file) {
  InitBackend("");
  LoadRequest request;
  request.path = file.path();
  request.threads = 1;
  request.cpu_only = true;
  request.context_size = 256;
  return request;
}

std::unique_ptr<LoadedModel> Load(const LoadRequest& request) {
  auto loaded = LoadModel(request, [](uint64_t, uint64_t) { return true; });
  return loaded.ok() ? std::move(loaded.value()) : nullptr;
}

const DeviceMemory* Find(const std::vector<DeviceMemory>& devices, const std::string& id) {
  for (const DeviceMemory& device : devices) {
    if (device.id == id) return &device;
  }
  return nullptr;
}

// Takes as much as it is told, and is never loaded.
class MeasuredMedia final : public MediaLoader {
 public:
  using Memory = Result<std::vector<DeviceMemory>>;
  explicit MeasuredMedia(Memory memory) : memory_(std::move(memory)) {}

  Result<std::unique_ptr<MediaSupport>> Load(
      const LoadedModel&, const std::function<bool(uint64_t, uint64_t)>&) const override {
    return Status::Aborted();
  }
  Memory Measure(const LoadedModel&) const override { return memory_; }

 private:
  const Memory memory_;
};

std::shared_ptr<const MediaLoader> Media(MeasuredMedia::Memory memory) {
  return std::make_shared<MeasuredMedia>(std::move(memory));
}

}  // namespace

TEST("memory_need: says what loading then takes, for every size and type of cache") {
  const TinyModelFile file;
  LoadRequest request = RequestFor(file);
  const std::vector<NeedVariant> variants = {{0, 0, "", ""},
                                             {512, 0, "", ""},
                                             {1024, 4096, "", ""},
                                             {512, 0, "f32", "f32"},
                                             {512, 0, "q8_0", "q8_0"}};
  const Result<MemoryNeed> need = MeasureNeed(request, variants);
  REQUIRE(need.ok());
  REQUIRE(need.value().variants.size() == variants.size());
  for (size_t i = 0; i < variants.size(); ++i) {
    if (variants[i].context_size > 0) request.context_size = variants[i].context_size;
    request.cache_cells = variants[i].cache_cells;
    request.cache_type_k = variants[i].cache_type_k;
    request.cache_type_v = variants[i].cache_type_v;
    const std::unique_ptr<LoadedModel> loaded = Load(request);
    const VariantNeed& own = need.value().variants[i];
    // Heads of models as tiny as this may be no whole number of blocks.
    CHECK_EQ(own.status.ok(), loaded != nullptr);
    if (loaded == nullptr || !own.status.ok()) continue;
    CHECK_EQ(own.context_size, loaded->info.context_size);
    CHECK_EQ(own.cache_cells, loaded->cache_cells);
    const DeviceMemory* measured = Find(own.devices, "cpu");
    const DeviceMemory* taken = Find(loaded->memory, "cpu");
    REQUIRE(measured != nullptr && taken != nullptr);
    CHECK_EQ(measured->kv_cache_bytes, taken->kv_cache_bytes);
    CHECK_EQ(measured->compute_bytes, taken->compute_bytes);
    CHECK(measured->weights_bytes > 0);
  }
}

TEST("memory_need: a draft model is counted, too") {
  const TinyModelFile file;
  LoadRequest request = RequestFor(file);
  const Result<MemoryNeed> alone = MeasureNeed(request, {NeedVariant()});
  request.draft_path = file.path();
  const Result<MemoryNeed> both = MeasureNeed(request, {NeedVariant()});
  REQUIRE(alone.ok() && both.ok());
  const DeviceMemory* one = Find(alone.value().variants[0].devices, "cpu");
  const DeviceMemory* two = Find(both.value().variants[0].devices, "cpu");
  REQUIRE(one != nullptr && two != nullptr);
  CHECK_EQ(two->weights_bytes, 2 * one->weights_bytes);
  CHECK_EQ(two->kv_cache_bytes, 2 * one->kv_cache_bytes);
}

TEST("memory_need: a context beyond all memory is refused without making it") {
  const TinyModelFile file;
  const Result<MemoryNeed> need =
      MeasureNeed(RequestFor(file), {{2147483647u, 0, "", ""}, {512, 0, "", ""}});
  REQUIRE(need.ok());
  CHECK(need.value().variants[0].status.code == Code::kResource);
  CHECK(need.value().variants[1].status.ok());
}

TEST("memory_need: what cannot be loaded fails as it does there") {
  LoadRequest request = RequestFor(TinyModelFile());
  CHECK(MeasureNeed(request, {NeedVariant()}).status().code == Code::kModelNotFound);
  const TinyModelFile file;
  request = RequestFor(file);
  request.cpu_only = false;
  request.placement.devices = {"cuda:7"};
  request.placement.layers = {3};
  CHECK(MeasureNeed(request, {NeedVariant()}).status().code == Code::kUnsupportedFeature);
}

TEST("memory_need: encoders of pictures and of sounds are counted together") {
  const TinyModelFile file;
  LoadRequest request = RequestFor(file);
  const auto sees = Media(std::vector<DeviceMemory>{{"cpu", 5, 0, 1}});
  const auto hears = Media(std::vector<DeviceMemory>{{"cpu", 30, 0, 2}, {"cuda:0", 7, 0, 0}});
  request.media = std::make_shared<MediaPairLoader>(sees, hears);
  const Result<MemoryNeed> need = MeasureNeed(request, {NeedVariant()});
  REQUIRE(need.ok());
  CheckSameMemory(need.value().media, {{"cpu", 35, 0, 3}, {"cuda:0", 7, 0, 0}});
}

TEST("memory_need: encoders that do not fit the model take nothing where they are optional") {
  const TinyModelFile file;
  LoadRequest request = RequestFor(file);
  request.media = Media(Status::Error(Code::kModelLoading, "31 numbers"));
  CHECK(MeasureNeed(request, {NeedVariant()}).status().code == Code::kModelLoading);
  request.media_optional = true;
  const Result<MemoryNeed> need = MeasureNeed(request, {NeedVariant()});
  REQUIRE(need.ok());
  CHECK(need.value().media.empty());
  request.media = Media(Status::Error(Code::kResource, "too large"));
  CHECK(MeasureNeed(request, {NeedVariant()}).status().code == Code::kResource);
}
