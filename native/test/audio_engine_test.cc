// Sounds through a whole engine, beside a language model in a GGUF file and alone or together with
// pictures.
#include "audio_fixture.h"
#include "check.h"
#include "engine.h"
#include "media/audio_loader.h"
#include "media/media_pair.h"
#include "media/vision_loader.h"
#include "plan_json.h"
#include "recording_sink.h"
#include "tiny_model.h"
#include "vision_fixture.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr JobId kLoad = 1;
constexpr JobId kClose = 999999;

std::shared_ptr<const MediaLoader> Ears(const std::string& name = "qwen2audio") {
  AudioSource source;
  source.path = AudioFolder(name);
  source.plan = ReadPlanJson(source.path);
  source.spec = AudioSpecFor(name);
  source.cpu_only = true;
  return std::make_shared<AudioLoader>(std::move(source));
}

// LLaVA's tower of 32 x 32 pixels.
std::shared_ptr<const MediaLoader> Eyes() {
  VisionSource source;
  source.path = VisionFolder("llava");
  source.plan = ReadPlanJson(source.path);
  source.spec.placeholder = "<image>";
  source.spec.resize.width = source.spec.resize.height = 32;
  source.cpu_only = true;
  return std::make_shared<VisionLoader>(std::move(source));
}

// Closed at the end.
struct Running {
  explicit Running(std::shared_ptr<const MediaLoader> loader) : engine(sink) {
    InitBackend("");
    LoadRequest request;
    request.path = file.path();
    request.threads = 1;
    request.media = std::move(loader);
    engine.Load(kLoad, request);
    status = CodeOf(sink.WaitForEnd(kLoad));
  }
  ~Running() {
    engine.Close(kClose);
    sink.WaitForEnd(kClose);
    engine.Join();
  }
  const ModelInfo& info() {
    loaded = sink.WaitForEnd(kLoad);
    return std::get<ModelInfo>(std::get<DoneEvent>(loaded.what).result);
  }
  Event Run(JobId job, std::vector<MediaInput> media) {
    GenerateRequest request = LettersAfter("hear", 5);
    request.media = std::move(media);
    engine.Submit(job, std::move(request));
    return sink.WaitForEnd(job);
  }

  TinyModelFile file;
  RecordingSink sink;
  Engine engine;
  Event loaded;
  Code status = Code::kInternal;
};

MediaInput SoundOf(std::vector<uint8_t> bytes) {
  MediaInput input;
  input.kind = MediaKind::kAudio;
  input.bytes = std::move(bytes);
  return input;
}

MediaInput Picture() {
  MediaInput input;
  input.width = input.height = 32;
  input.bytes.assign(32 * 32 * 3, 90);
  return input;
}

const GenerateResult& ResultOf(const Event& event) {
  return std::get<GenerateResult>(std::get<DoneEvent>(event.what).result);
}

}  // namespace

TEST("audio_engine: a sound is encoded, answered, counted and kept") {
  Running running(Ears());
  REQUIRE(running.status == Code::kOk);
  CHECK(running.info().takes_audio);
  CHECK(!running.info().takes_images);
  const MediaInput sound = SoundOf(ReadAudioFixture("qwen2audio/sound.wav"));
  const Event first = running.Run(2, {sound});
  REQUIRE(CodeOf(first) == Code::kOk);
  CHECK_EQ(ResultOf(first).media_tokens, 31);
  const Event second = running.Run(3, {sound});
  REQUIRE(CodeOf(second) == Code::kOk);
  CHECK(ResultOf(second).encode_ms == 0);
  CHECK_EQ(running.sink.TextOf(3), running.sink.TextOf(2));
}

TEST("audio_engine: a model that sees and hears takes both in one call") {
  Running running(std::make_shared<MediaPairLoader>(Eyes(), Ears()));
  REQUIRE(running.status == Code::kOk);
  CHECK(running.info().takes_audio);
  CHECK(running.info().takes_images);
  const MediaInput sound = SoundOf(ReadAudioFixture("qwen2audio/sound.wav"));
  const Event both = running.Run(2, {Picture(), sound, Picture()});
  REQUIRE(CodeOf(both) == Code::kOk);
  CHECK_EQ(ResultOf(both).media_tokens, 31 + 2 * 16);
}

TEST("audio_engine: what cannot be heard fails its call only, and is named") {
  Running running(Ears());
  REQUIRE(running.status == Code::kOk);
  const MediaInput sound = SoundOf(ReadAudioFixture("qwen2audio/sound.wav"));
  MediaInput cut = sound;
  cut.bytes.resize(500);
  const Event failed = running.Run(2, {sound, cut});
  CHECK(CodeOf(failed) == Code::kMedia);
  CHECK(CodeOf(running.Run(3, {Picture()})) == Code::kUnsupportedFeature);
  MediaInput bounded = sound;
  bounded.bytes = ReadAudioFixture("files/tone.mp3");
  bounded.max_seconds = 0.5;
  CHECK(CodeOf(running.Run(4, {bounded})) == Code::kMedia);
  CHECK(CodeOf(running.Run(5, {sound})) == Code::kOk);
}

TEST("audio_engine: a specification that does not suit the tower is refused while loading") {
  AudioSource source;
  source.path = AudioFolder("qwen2audio");
  source.plan = ReadPlanJson(source.path);
  source.spec = AudioSpecFor("qwen2audio");
  source.spec.window = 202;
  CHECK(Running(std::make_shared<AudioLoader>(source)).status == Code::kModelLoading);
  source.spec.window = 0;
  CHECK(Running(std::make_shared<AudioLoader>(source)).status == Code::kUnsupportedModel);
}
