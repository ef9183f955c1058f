#include "media/audio_encoder.h"

#include "audio_fixture.h"
#include "check.h"
#include "checkpoint/gguf_writer.h"
#include "checkpoint/planned_gguf.h"
#include "gguf_builder.h"
#include "gguf_expect.h"
#include "media/audio_processor.h"
#include "same_memory.h"
#include "vision_fixture.h"

namespace abstractllm::test {
namespace {

const EncoderProgress kGoOn = [](uint64_t, uint64_t) { return true; };
const Interrupted kNever = [] { return false; };

// Convolutions are in half precision, as everything that they see; a wrong graph is far off.
constexpr double kTolerance = 1e-5;

std::unique_ptr<AudioEncoder> Load(const EncoderRequest& request) {
  auto encoder = AudioEncoder::Load(request, kGoOn);
  if (encoder.ok()) return std::move(encoder.value());
  Fail(__FILE__, __LINE__, encoder.status().message);
  return nullptr;
}

ProcessedImage Process(const std::string& name) {
  const std::vector<uint8_t> file = ReadAudioFixture(name + "/sound.wav");
  auto processed = ProcessAudio(AudioSpecFor(name), {file.data(), file.size()}, {}, nullptr);
  if (processed.ok()) return std::move(processed.value());
  Fail(__FILE__, __LINE__, processed.status().message);
  return {};
}

ImageTile TileOf(int32_t frames, int32_t bands = 32) {
  const auto size = static_cast<size_t>(frames > 0 ? frames : 0) * static_cast<size_t>(bands);
  return {frames, bands, std::vector<float>(size, 0.5f), MediaKind::kAudio};
}

}  // namespace

TEST("audio_encoder: from a file to features, everything is as in transformers") {
  for (const std::string name : {"qwen2audio", "voxtral", "qwen25omni", "ultravox"}) {
    const auto encoder = Load(AudioRequestFor(AudioFolder(name)));
    const ProcessedImage processed = Process(name);
    REQUIRE(encoder != nullptr);
    CHECK_EQ(processed.layout.size(), processed.tiles.size());
    for (size_t i = 0; i < processed.tiles.size(); ++i) {
      const std::string file = name + "/reference.safetensors";
      const Matrix frames = ReadMatrix(file, "frames." + std::to_string(i));
      const ImageTile& tile = processed.tiles[i];
      REQUIRE(static_cast<size_t>(tile.width) == frames.columns);
      REQUIRE(static_cast<size_t>(tile.height) == frames.rows);
      double most = 0;
      for (size_t at = 0; at < frames.values.size(); ++at) {
        most = std::max(most, std::abs(double{tile.rgb[at]} - double{frames.values[at]}));
      }
      if (!(most < 2e-4)) Fail(__FILE__, __LINE__, name + " frames: " + std::to_string(most));
      const Matrix features = ReadMatrix(file, "features." + std::to_string(i));
      const auto shape = encoder->Shape(tile);
      const auto rows = encoder->Encode(tile, kNever);
      REQUIRE(shape.ok() && rows.ok());
      CHECK_EQ(static_cast<size_t>(shape.value().tokens), features.rows);
      const double turn = LargestTurn(rows.value(), features.values, features.rows);
      if (!(turn < kTolerance)) Fail(__FILE__, __LINE__, name + ": " + std::to_string(turn));
    }
  }
}

TEST("audio_encoder: a projector in a file is what the plan makes") {
  const TemporaryFolder folder;
  EncoderRequest request = AudioRequestFor(AudioFolder("qwen2audio"));
  const auto planned = Load(request);
  const std::string path = folder.Path("mmpr\xC3\xB6j.gguf");
  PlannedGguf gguf;
  REQUIRE(gguf.Open(request.plan->files, request.plan->tensors).ok());
  gguf.Finish(request.plan->metadata);
  REQUIRE(gguf.Stream(1, kGoOn, [&](VirtualGguf& file) { return WriteGguf(file, path); }).ok());
  request.path = path;
  request.plan = nullptr;
  const auto filed = Load(request);
  REQUIRE(planned != nullptr && filed != nullptr);
  const auto a = planned->Encode(TileOf(60), kNever);
  const auto b = filed->Encode(TileOf(60), kNever);
  REQUIRE(a.ok() && b.ok());
  CHECK(a.value() == b.value());
}

TEST("audio_encoder: a dry run counts what loading takes") {
  for (const std::string name : {"qwen2audio", "voxtral", "qwen25omni", "ultravox"}) {
    EncoderRequest request = AudioRequestFor(AudioFolder(name));
    const auto loaded = Load(request);
    request.dry = true;
    const auto dry = Load(request);
    REQUIRE(loaded != nullptr && dry != nullptr);
    CheckSameMemory(dry->Memory(), loaded->Memory());
  }
}

TEST("audio_encoder: pieces of any length, in any order, are encoded alike") {
  const auto encoder = Load(AudioRequestFor(AudioFolder("qwen2audio")));
  REQUIRE(encoder != nullptr);
  const auto first = encoder->Encode(TileOf(61), kNever);
  for (const int32_t frames : {4, 5, 200, 199, 77}) {
    const auto rows = encoder->Encode(TileOf(frames), kNever);
    REQUIRE(rows.ok());
    CHECK_EQ(rows.value().size(), static_cast<size_t>(frames / 4) * 32);
  }
  const auto again = encoder->Encode(TileOf(61), kNever);
  REQUIRE(first.ok() && again.ok());
  CHECK(first.value() == again.value());
}

TEST("audio_encoder: an interrupted piece leaves the encoder fit for the next") {
  const auto encoder = Load(AudioRequestFor(AudioFolder("qwen2audio")));
  REQUIRE(encoder != nullptr);
  const auto whole = encoder->Encode(TileOf(120), kNever);
  for (const int calls : {1, 2, 5, 40}) {
    int left = calls;
    EXPECT_FAILURE(encoder->Encode(TileOf(120), [&] { return --left <= 0; }), Code::kAborted, "");
  }
  const auto again = encoder->Encode(TileOf(120), kNever);
  REQUIRE(whole.ok() && again.ok());
  CHECK(whole.value() == again.value());
}

TEST("audio_encoder: sizes that a model cannot take are errors that say which it can") {
  const auto encoder = Load(AudioRequestFor(AudioFolder("qwen2audio")));
  REQUIRE(encoder != nullptr);
  for (const int32_t frames : {-1, 0, 3, 202, INT32_MAX}) {
    const ImageTile tile{frames, 32, {}, MediaKind::kAudio};
    EXPECT_FAILURE(encoder->Shape(tile), Code::kMedia, "4 to 200 of 32");
  }
  EXPECT_FAILURE(encoder->Shape(TileOf(60, 31)), Code::kMedia, "of 32");
  EXPECT_FAILURE(encoder->Shape(ImageTile{60, 32, {}}), Code::kMedia, "of 32");
  ImageTile lying = TileOf(60);
  lying.rgb.resize(5);
  EXPECT_FAILURE(encoder->Encode(lying, kNever), Code::kMedia, "values");
}

TEST("audio_encoder: what a projector says that cannot be is refused") {
  const auto refused = [](const std::function<void(CheckpointPlan*)>& change, Code code,
                          const char* words) {
    EncoderRequest request = AudioRequestFor(AudioFolder("qwen2audio"));
    auto plan = std::make_shared<CheckpointPlan>(*request.plan);
    change(plan.get());
    request.plan = plan;
    EXPECT_FAILURE(AudioEncoder::Load(request, kGoOn), code, words);
  };
  const auto set = [](const char* key, PlanValue value) {
    return [key, value](CheckpointPlan* plan) {
      for (PlanMetadata& entry : plan->metadata) {
        if (entry.key == key) entry.value = value;
      }
    };
  };
  refused(set("clip.has_audio_encoder", false), Code::kUnsupportedModel, "no encoder of sounds");
  refused(set("clip.projector_type", std::string("gemma4a")), Code::kUnsupportedModel, "gemma4a");
  refused(set("clip.audio.num_mel_bins", uint32_t{0}), Code::kModelLoading, "num_mel_bins");
  refused(set("clip.audio.num_mel_bins", uint32_t{33}), Code::kModelLoading, "conv1d.1");
  refused(set("clip.audio.attention.head_count", uint32_t{3}), Code::kModelLoading, "heads");
  refused(set("clip.audio.block_count", uint32_t{3}), Code::kModelLoading, "a.blk.2");
  const auto rename = [](CheckpointPlan* plan) {
    for (PlanTensor& tensor : plan->tensors) {
      if (tensor.name == "mm.a.fc.bias") tensor.name = "mm.a.fc.scale";
    }
  };
  refused(rename, Code::kModelLoading, "missing");
  EncoderRequest other = AudioRequestFor(AudioFolder("qwen2audio"));
  other.embedding_size = 48;
  EXPECT_FAILURE(AudioEncoder::Load(other, kGoOn), Code::kModelLoading, "takes 48");
}

}  // namespace abstractllm::test
