#include <cmath>

#include "audio_fixture.h"
#include "check.h"
#include "gguf_expect.h"
#include "media/audio_file.h"

namespace abstractllm::test {
namespace {

constexpr double kPi = 3.14159265358979323846;

Status Read(const std::vector<uint8_t>& file, const AudioLimits& limits = {},
            const CancelToken* cancel = nullptr) {
  return ReadAudioFile({file.data(), file.size()}, 16000, limits, cancel,
                       [](const float*, size_t) {});
}

// The largest distance from `amplitude` times a tone; the ends, where it begins, do not count.
double FarFromTone(const std::vector<float>& samples, double hz, double rate, double amplitude,
                   size_t edge) {
  double most = samples.size() > 2 * edge ? 0 : 2;
  for (size_t i = edge; i + edge < samples.size(); ++i) {
    const double wanted = amplitude * std::sin(2 * kPi * hz * static_cast<double>(i) / rate);
    most = std::max(most, std::abs(double{samples[i]} - wanted));
  }
  return most;
}

// Cut so that it is too short for what its header says, or behind it.
std::vector<uint8_t> Cut(std::vector<uint8_t> file, size_t bytes) {
  file.resize(file.size() - std::min(bytes, file.size()));
  return file;
}

}  // namespace

TEST("media_audio_file: WAV of all sample sizes is what was written") {
  const std::vector<double> tone = Tone(440, 0.5, 16000);
  struct Case {
    WavForm form;
    double tolerance;
  };
  for (const Case& c :
       {Case{{1, 1, 16000, 8}, 0.012}, Case{{1, 1, 16000, 16}, 2e-5}, Case{{1, 1, 16000, 24}, 1e-6},
        Case{{1, 1, 16000, 32}, 1e-6}, Case{{3, 1, 16000, 32}, 1e-6}}) {
    const std::vector<float> samples = SamplesOf(BuildWav(tone, c.form));
    CHECK_EQ(samples.size(), tone.size());
    const double far = FarFromTone(samples, 440, 16000, 0.5, 0);
    if (!(far < c.tolerance)) {
      Fail(__FILE__, __LINE__, std::to_string(c.form.bits) + ": " + std::to_string(far));
    }
  }
}

TEST("media_audio_file: channels become their mean") {
  std::vector<double> both;
  for (const double sample : Tone(440, 0.2, 16000)) both.insert(both.end(), {sample, -sample / 2});
  const std::vector<float> samples = SamplesOf(BuildWav(both, {1, 2, 16000, 16}));
  CHECK_EQ(samples.size(), both.size() / 2);
  CHECK(FarFromTone(samples, 440, 16000, 0.125, 0) < 1e-4);
}

TEST("media_audio_file: any sample rate becomes the model's, with what it can hold") {
  for (const uint32_t rate : {1000u, 8000u, 11025u, 22050u, 44100u, 44101u, 48000u, 96000u}) {
    const double hz = rate < 8000 ? 100 : 1000;
    const std::vector<float> samples = SamplesOf(BuildWav(Tone(hz, 1, rate), {1, 1, rate, 16}));
    CHECK_EQ(samples.size(), 16000u);
    const size_t edge = rate < 8000 ? 2400 : 300;
    const double far = FarFromTone(samples, hz, 16000, 0.5, edge);
    if (!(far < 1e-3)) Fail(__FILE__, __LINE__, std::to_string(rate) + ": " + std::to_string(far));
  }
  // A tone that the lower rate cannot hold is gone, and not another tone; one that it can is not.
  for (const double hz : {8000.0, 8200.0, 10000.0, 21000.0}) {
    const std::vector<float> high = SamplesOf(BuildWav(Tone(hz, 1, 44100), {1, 1, 44100, 16}));
    CHECK(FarFromTone(high, 0, 16000, 0, 200) < 1e-4);
  }
  const std::vector<float> top = SamplesOf(BuildWav(Tone(7200, 1, 44100), {1, 1, 44100, 16}));
  CHECK(FarFromTone(top, 7200, 16000, 0.5, 200) < 1e-3);
}

TEST("media_audio_file: MP3 and FLAC are what ffmpeg was given") {
  for (const char* name : {"files/tone.mp3", "files/tone.flac", "files/tone-stereo.flac",
                           "files/tone-24bit.wav", "files/tone-float.wav", "files/tone-mulaw.wav",
                           "files/tone-adpcm.wav", "files/tone-8bit.wav", "files/tone-vbr.mp3"}) {
    const std::vector<float> samples = SamplesOf(ReadAudioFixture(name));
    CHECK(samples.size() > 15500 && samples.size() < 16600);
    // Encoders that lose something, and the places where they begin, have their latitude.
    const double far = FarFromTone(samples, 440, 16000, 0.5, 2000);
    const std::string ending = name;
    const bool exact = ending.find("flac") != std::string::npos ||
                       ending.find("24bit") != std::string::npos ||
                       ending.find("float") != std::string::npos;
    if (!(far < (exact ? 1e-3 : 0.05)))
      Fail(__FILE__, __LINE__, ending + ": " + std::to_string(far));
  }
}

TEST("media_audio_file: what is cut off or empty is an error that says so") {
  const std::vector<uint8_t> wav = BuildWav(Tone(440, 0.5, 16000));
  EXPECT_FAILURE(Result<int>(Read(Cut(wav, 1000))), Code::kMedia, "1000 bytes are missing");
  const std::vector<uint8_t> flac = ReadAudioFixture("files/tone.flac");
  EXPECT_FAILURE(Result<int>(Read(Cut(flac, flac.size() / 2))), Code::kMedia, "ends too early");
  const std::vector<uint8_t> mp3 = ReadAudioFixture("files/tone-vbr.mp3");
  EXPECT_FAILURE(Result<int>(Read(Cut(mp3, mp3.size() / 2))), Code::kMedia, "ends too early");
  EXPECT_FAILURE(Result<int>(Read({})), Code::kMedia, "no WAV, MP3 or FLAC");
  EXPECT_FAILURE(Result<int>(Read(BuildWav({}))), Code::kMedia, "no sound in it");
  EXPECT_FAILURE(Result<int>(Read({'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'A', 'V', 'E'})),
                 Code::kMedia, "WAV");
}

TEST("media_audio_file: a WAV whose recorder left the size open is read to its end") {
  std::vector<uint8_t> wav = BuildWav(Tone(440, 0.5, 16000));
  for (const uint8_t byte : {uint8_t{0xFF}, uint8_t{0}}) {
    for (size_t i = 40; i < 44; ++i) wav[i] = byte;
    // One with the size 0 has no samples for the decoder.
    if (byte == 0xFF) CHECK_EQ(SamplesOf(wav).size(), 8000u);
    if (byte == 0) EXPECT_FAILURE(Result<int>(Read(wav)), Code::kMedia, "no sound");
  }
}

TEST("media_audio_file: limits count what is decoded, whatever the header says") {
  AudioLimits limits;
  limits.max_seconds = 0.4;
  for (const char* name : {"files/tone.flac", "files/tone.mp3", "files/tone-vbr.mp3"}) {
    EXPECT_FAILURE(Result<int>(Read(ReadAudioFixture(name), limits)), Code::kMedia,
                   "file_limits.audio_seconds");
  }
  EXPECT_FAILURE(Result<int>(Read(BuildWav(Tone(440, 0.5, 16000)), limits)), Code::kMedia,
                 "longer than");
  CancelToken cancel;
  cancel.Cancel();
  EXPECT_FAILURE(Result<int>(Read(BuildWav(Tone(440, 0.5, 16000)), {}, &cancel)), Code::kAborted,
                 "");
}

TEST("media_audio_file: headers that lie are errors") {
  const std::vector<double> tone = Tone(440, 0.1, 16000);
  EXPECT_FAILURE(Result<int>(Read(BuildWav(tone, {1, 1, 0, 16}))), Code::kMedia, "");
  EXPECT_FAILURE(Result<int>(Read(BuildWav(tone, {1, 1, 4000000000u, 16}))), Code::kMedia, "");
  EXPECT_FAILURE(Result<int>(Read(BuildWav(tone, {1, 1, 900, 16}))), Code::kMedia, "per second");
  EXPECT_FAILURE(Result<int>(Read(BuildWav(tone, {1, 64, 16000, 16}))), Code::kMedia, "channels");
  EXPECT_FAILURE(Result<int>(Read(BuildWav(tone, {1, 0, 16000, 16}))), Code::kMedia, "");
  // Whatever comes of it, the process goes on, with any byte of a file changed.
  for (const char* name : {"files/tone.flac", "files/tone-vbr.mp3", "files/tone-adpcm.wav"}) {
    const std::vector<uint8_t> file = ReadAudioFixture(name);
    for (size_t i = 0; i < 200; ++i) {
      std::vector<uint8_t> changed = file;
      changed[i * 7919 % std::min<size_t>(file.size(), i < 100 ? 100 : file.size())] ^=
          static_cast<uint8_t>(1 + i * 31 % 255);
      (void)Read(changed);
    }
  }
}

}  // namespace abstractllm::test
