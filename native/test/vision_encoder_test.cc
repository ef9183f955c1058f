#include "media/vision_encoder.h"

#include <algorithm>

#include "check.h"
#include "checkpoint/gguf_writer.h"
#include "checkpoint/planned_gguf.h"
#include "gguf_builder.h"
#include "gguf_expect.h"
#include "same_memory.h"
#include "vision_fixture.h"

namespace abstractllm::test {
namespace {

const VisionEncoder::Progress kGoOn = [](uint64_t, uint64_t) { return true; };
const Interrupted kNever = [] { return false; };

// Weights in float32, GELU in half precision and approximated; a wrong graph is far off.
constexpr double kTolerance = 1e-5;

std::unique_ptr<VisionEncoder> Load(const VisionRequest& request) {
  auto encoder = VisionEncoder::Load(request, kGoOn);
  if (encoder.ok()) return std::move(encoder.value());
  Fail(__FILE__, __LINE__, encoder.status().message);
  return nullptr;
}

ImageTile Sized(int32_t width, int32_t height) { return {width, height, {}}; }

// The first tile of a fixture, and what becomes of it.
VisionReference FirstOf(const std::string& folder) {
  const auto references = ReadVisionReferences(folder);
  return references.empty() ? VisionReference() : references.front();
}

// A plan's GGUF as a file.
bool WritePlan(const CheckpointPlan& plan, const std::string& path) {
  PlannedGguf gguf;
  if (!gguf.Open(plan.files, plan.tensors).ok()) return false;
  gguf.Finish(plan.metadata);
  return gguf.Stream(1, kGoOn, [&](VirtualGguf& file) { return WriteGguf(file, path); }).ok();
}

}  // namespace

TEST("vision_encoder: every family's features are those of transformers") {
  for (const std::string& name : VisionFixtures()) {
    const std::string folder = VisionFolder(name);
    const auto encoder = Load(VisionRequestFor(folder));
    const auto references = ReadVisionReferences(folder);
    CHECK(!references.empty());
    for (const VisionReference& reference : references) {
      REQUIRE(encoder != nullptr);
      const ImageTile& tile = reference.tile;
      const auto shape = encoder->Shape(tile);
      REQUIRE(shape.ok());
      CHECK_EQ(static_cast<size_t>(shape.value().tokens), reference.rows);
      CHECK_EQ(shape.value().columns * shape.value().rows, shape.value().tokens);
      const auto rows = encoder->Encode(tile, kNever);
      REQUIRE(rows.ok());
      const double turn = LargestTurn(rows.value(), reference.features, reference.rows);
      if (!(turn < kTolerance)) Fail(__FILE__, __LINE__, name + ": " + std::to_string(turn));
    }
  }
}

TEST("vision_encoder: a dry run counts what loading takes") {
  for (const std::string& name : VisionFixtures()) {
    VisionRequest request = VisionRequestFor(VisionFolder(name));
    const auto loaded = Load(request);
    request.dry = true;
    const auto dry = Load(request);
    REQUIRE(loaded != nullptr && dry != nullptr);
    CheckSameMemory(dry->Memory(), loaded->Memory());
  }
}

TEST("vision_encoder: of pictures of a fixed size no patch sees what is left over") {
  for (const char* name : {"llava", "smolvlm"}) {
    VisionRequest request = VisionRequestFor(VisionFolder(name));
    const VisionReference reference = FirstOf(request.path);
    auto plan = std::make_shared<CheckpointPlan>(*request.plan);
    const int32_t side = reference.tile.width + 5;
    for (PlanMetadata& entry : plan->metadata) {
      if (entry.key == "clip.vision.image_size") entry.value = static_cast<uint32_t>(side);
    }
    request.plan = plan;
    const auto encoder = Load(request);
    REQUIRE(encoder != nullptr);
    ImageTile tile = {side, side, std::vector<float>(size_t{3} * side * side, 1.0f)};
    for (int32_t y = 0; y < reference.tile.height; ++y) {
      const auto row = reference.tile.rgb.begin() + ptrdiff_t{3} * y * reference.tile.width;
      std::copy_n(row, 3 * reference.tile.width, tile.rgb.begin() + ptrdiff_t{3} * y * side);
    }
    const auto rows = encoder->Encode(tile, kNever);
    REQUIRE(rows.ok());
    CHECK(LargestTurn(rows.value(), reference.features, reference.rows) < kTolerance);
  }
}

TEST("vision_encoder: a projector in a file is what the plan makes") {
  const TemporaryFolder folder;
  for (const char* name : {"llava", "qwen25vl"}) {
    VisionRequest request = VisionRequestFor(VisionFolder(name));
    const VisionReference reference = FirstOf(request.path);
    const auto planned = Load(request);
    request.path = folder.Path(std::string("mmpr\xC3\xB6j ") + name + ".gguf");
    REQUIRE(planned != nullptr && WritePlan(*request.plan, request.path));
    request.plan = nullptr;
    const auto filed = Load(request);
    REQUIRE(filed != nullptr);
    const auto a = planned->Encode(reference.tile, kNever);
    const auto b = filed->Encode(reference.tile, kNever);
    REQUIRE(a.ok() && b.ok());
    CHECK(a.value() == b.value());
  }
}

TEST("vision_encoder: pictures of any size, in any order, are encoded alike") {
  const std::string folder = VisionFolder("qwen2vl");
  const auto encoder = Load(VisionRequestFor(folder));
  const VisionReference reference = FirstOf(folder);
  REQUIRE(encoder != nullptr);
  const auto first = encoder->Encode(reference.tile, kNever);
  for (const int32_t side : {8, 64, 16}) {
    const ImageTile other{side, 8, std::vector<float>(static_cast<size_t>(side) * 8 * 3, 0.5f)};
    const auto rows = encoder->Encode(other, kNever);
    REQUIRE(rows.ok());
    CHECK_EQ(rows.value().size(), static_cast<size_t>(side / 8) * 32);
  }
  const auto again = encoder->Encode(reference.tile, kNever);
  REQUIRE(first.ok() && again.ok());
  CHECK(first.value() == again.value());
}

TEST("vision_encoder: an interrupted picture leaves the encoder fit for the next") {
  const std::string folder = VisionFolder("gemma3");
  const auto encoder = Load(VisionRequestFor(folder));
  const VisionReference reference = FirstOf(folder);
  REQUIRE(encoder != nullptr);
  const auto whole = encoder->Encode(reference.tile, kNever);
  for (const int calls : {1, 2, 5, 40}) {
    int left = calls;
    const auto rows = encoder->Encode(reference.tile, [&] { return --left <= 0; });
    EXPECT_FAILURE(rows, Code::kAborted, "");
  }
  const auto again = encoder->Encode(reference.tile, kNever);
  REQUIRE(whole.ok() && again.ok());
  CHECK(whole.value() == again.value());
}

TEST("vision_encoder: loading tells its progress, and stops when told") {
  const TemporaryFolder folder;
  VisionRequest request = VisionRequestFor(VisionFolder("internvl"));
  const std::string file = folder.Path("mmproj.gguf");
  REQUIRE(WritePlan(*request.plan, file));
  VisionRequest filed = request;
  filed.plan = nullptr;
  filed.path = file;
  for (const VisionRequest& way : {request, filed}) {
    uint64_t last = 0;
    uint64_t all = 0;
    const auto loaded = VisionEncoder::Load(way, [&](uint64_t done, uint64_t total) {
      CHECK(done >= last && done <= total);
      last = done;
      all = total;
      return true;
    });
    CHECK(loaded.ok());
    CHECK(all > 0 && last > all - all / 8);
    const auto stopped = VisionEncoder::Load(way, [](uint64_t, uint64_t) { return false; });
    EXPECT_FAILURE(stopped, Code::kAborted, "");
  }
}

TEST("vision_encoder: sizes that a model cannot take are errors that say which it can") {
  const auto fixed = Load(VisionRequestFor(VisionFolder("llava")));
  const auto any = Load(VisionRequestFor(VisionFolder("mistral3")));
  REQUIRE(fixed != nullptr && any != nullptr);
  EXPECT_FAILURE(fixed->Shape(Sized(32, 40)), Code::kMedia, "32 x 32");
  EXPECT_FAILURE(any->Shape(Sized(12, 8)), Code::kMedia, "multiples of 8");
  EXPECT_FAILURE(any->Shape(Sized(0, 8)), Code::kMedia, "multiples of 8");
  EXPECT_FAILURE(any->Shape(Sized(-8, 8)), Code::kMedia, "multiples of 8");
  EXPECT_FAILURE(any->Shape(Sized(1 << 20, 1 << 20)), Code::kMedia, "at most");
  EXPECT_FAILURE(any->Shape(Sized(INT32_MAX - 7, 8)), Code::kMedia, "at most");
  const ImageTile lying{32, 32, std::vector<float>(5)};
  EXPECT_FAILURE(fixed->Encode(lying, kNever), Code::kMedia, "pixels");
}

TEST("vision_encoder: a projector of another model is refused") {
  VisionRequest request = VisionRequestFor(VisionFolder("smolvlm"));
  request.embedding_size = 32;
  CHECK(Load(request) != nullptr);
  request.embedding_size = 48;
  EXPECT_FAILURE(VisionEncoder::Load(request, kGoOn), Code::kModelLoading, "takes 48");
}

TEST("vision_encoder: what a family's rows need of the decoder") {
  for (const std::string& name : VisionFixtures()) {
    const auto encoder = Load(VisionRequestFor(VisionFolder(name)));
    REQUIRE(encoder != nullptr);
    CHECK_EQ(encoder->causal(), name != "gemma3");
    CHECK_EQ(encoder->mrope(), name.compare(0, 4, "qwen") == 0);
    CHECK_EQ(encoder->embedding_size(), name == "qwen3vl" ? 96 : 32);
    const auto memory = encoder->Memory();
    CHECK(memory.size() == 1 && memory[0].id == "cpu" && memory[0].weights_bytes > 0);
  }
}

}  // namespace abstractllm::test
