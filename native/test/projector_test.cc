#include "media/projector.h"

#include "check.h"
#include "gguf_builder.h"
#include "gguf_expect.h"
#include "media/vision_encoder.h"
#include "vision_fixture.h"

namespace abstractllm::test {
namespace {

const VisionEncoder::Progress kGoOn = [](uint64_t, uint64_t) { return true; };
const Interrupted kNever = [] { return false; };

// A fixture whose plan may be changed before it is loaded.
struct Changed {
  explicit Changed(const std::string& name) : request(VisionRequestFor(VisionFolder(name))) {
    plan = std::make_shared<CheckpointPlan>(*request.plan);
    request.plan = plan;
  }
  Status Load() const {
    const auto encoder = VisionEncoder::Load(request, kGoOn);
    return encoder.ok() ? Status::Ok() : encoder.status();
  }
  PlanValue& value(const std::string& key) {
    for (PlanMetadata& entry : plan->metadata) {
      if (entry.key == key) return entry.value;
    }
    return plan->metadata.emplace_back(PlanMetadata{key, uint32_t{0}}).value;
  }
  PlanTensor& tensor(const std::string& name) {
    for (PlanTensor& tensor : plan->tensors) {
      if (tensor.name == name) return tensor;
    }
    return plan->tensors.emplace_back();
  }

  VisionRequest request;
  std::shared_ptr<CheckpointPlan> plan;
};

// Loads what may be anything, and encodes if it loads. Either may fail; nothing may end the
// process.
void Try(const Changed& changed, const ImageTile& tile) {
  auto encoder = VisionEncoder::Load(changed.request, kGoOn);
  if (encoder.ok()) {
    (void)encoder.value()->Encode(tile, kNever);
  } else {
    CHECK(!encoder.status().message.empty());
  }
}

}  // namespace

TEST("projector: another kind of file is refused by name") {
  const TemporaryFolder folder;
  VisionRequest request = VisionRequestFor(VisionFolder("llava"));
  request.plan = nullptr;
  request.path = folder.Path("model.gguf");
  EXPECT_FAILURE(VisionEncoder::Load(request, kGoOn), Code::kModelNotFound, "model.gguf");
  BuildTinyLlama().Write(request.path);
  EXPECT_FAILURE(VisionEncoder::Load(request, kGoOn), Code::kUnsupportedModel, "llama");
  WriteBytes(request.path, "GGUF");
  EXPECT_FAILURE(VisionEncoder::Load(request, kGoOn), Code::kModelLoading, "model.gguf");
}

TEST("projector: a type that is not served is refused with those that are") {
  Changed changed("llava");
  changed.value("clip.projector_type") = std::string("ldp");
  EXPECT_FAILURE(changed.Load(), Code::kUnsupportedModel, "qwen2.5vl_merger");
}

TEST("projector: wrong metadata are errors that name the key") {
  const struct {
    const char* key;
    PlanValue value;
  } wrong[] = {
      {"clip.vision.embedding_length", uint32_t{0}},
      {"clip.vision.embedding_length", 3.0f},
      {"clip.vision.attention.head_count", uint32_t{33}},
      {"clip.vision.attention.head_count_kv", uint32_t{1}},
      {"clip.vision.block_count", uint32_t{0}},
      {"clip.vision.block_count", uint32_t{100000}},
      {"clip.vision.image_size", uint32_t{9000}},
      {"clip.vision.image_size", std::string("32")},
      {"clip.vision.patch_size", uint32_t{0}},
      {"clip.vision.feature_layer", std::vector<int32_t>{9}},
      {"clip.vision.feature_layer", std::vector<int32_t>{-1}},
      {"clip.vision.attention.layer_norm_epsilon", uint32_t{1}},
      {"clip.vision.image_mean", std::vector<float>{0, 0}},
      {"clip.use_gelu", uint32_t{1}},
  };
  for (const auto& [key, value] : wrong) {
    Changed changed("llava");
    changed.value(key) = value;
    EXPECT_FAILURE(changed.Load(), Code::kModelLoading, key);
  }
}

TEST("projector: tensors that do not fit are errors that name them") {
  const std::string up = "v.blk.1.ffn_up.weight";
  Changed missing("gemma3");
  missing.tensor(up).name = "a.blk.1.ffn_up.weight";
  EXPECT_FAILURE(missing.Load(), Code::kModelLoading, up);
  Changed turned("gemma3");
  std::swap(turned.tensor(up).segments, turned.tensor("v.blk.1.ffn_down.weight").segments);
  std::swap(turned.tensor(up).shape, turned.tensor("v.blk.1.ffn_down.weight").shape);
  EXPECT_FAILURE(turned.Load(), Code::kModelLoading, "v.blk.1.ffn_");
  Changed half("gemma3");
  half.tensor("v.blk.0.ln1.weight").type = "F16";
  EXPECT_FAILURE(half.Load(), Code::kModelLoading, "v.blk.0.ln1.weight");
  Changed more("gemma3");
  PlanTensor extra = more.tensor("v.blk.0.ln1.weight");
  extra.name = "v.blk.0.attn_q_norm.weight";
  more.plan->tensors.push_back(extra);
  EXPECT_FAILURE(more.Load(), Code::kUnsupportedModel, extra.name);
}

TEST("projector: no single change of a projector ends the process") {
  for (const std::string& name : VisionFixtures()) {
    const Changed original(name);
    const auto references = ReadVisionReferences(VisionFolder(name));
    REQUIRE(!references.empty());
    const ImageTile& tile = references.front().tile;
    for (size_t i = 0; i < original.plan->tensors.size(); ++i) {
      Changed without(name);
      without.plan->tensors.erase(without.plan->tensors.begin() + static_cast<ptrdiff_t>(i));
      Try(without, tile);
      for (const char* type : {"F16", "BF16", "Q8_0"}) {
        Changed typed(name);
        if (typed.plan->tensors[i].shape[0] % 32 != 0 && type[0] == 'Q') continue;
        typed.plan->tensors[i].type = type;
        Try(typed, tile);
      }
    }
    for (size_t i = 0; i < original.plan->metadata.size(); ++i) {
      Changed without(name);
      without.plan->metadata.erase(without.plan->metadata.begin() + static_cast<ptrdiff_t>(i));
      Try(without, tile);
      const auto* number = std::get_if<uint32_t>(&original.plan->metadata[i].value);
      if (number == nullptr) continue;
      for (const uint32_t other : {uint32_t{0}, uint32_t{1}, *number * 2, *number + 1, ~0u}) {
        Changed numbered(name);
        numbered.plan->metadata[i].value = other;
        Try(numbered, tile);
      }
    }
  }
}

}  // namespace abstractllm::test
