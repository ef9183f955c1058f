#include "media/mel_spectrogram.h"

#include <cmath>

#include "audio_fixture.h"
#include "check.h"
#include "media/fft.h"

namespace abstractllm::test {
namespace {

constexpr double kPi = 3.14159265358979323846;

MelSpectrogram MelOf(const std::vector<float>& samples, int32_t bands, size_t piece) {
  MelSpectrogram mel(bands);
  for (size_t at = 0; at < samples.size(); at += piece) {
    mel.Add(samples.data() + at, std::min(piece, samples.size() - at));
  }
  mel.Finish();
  return mel;
}

// The sounds of make.py.
std::vector<float> SoundOf(const std::string& name) {
  if (name == "silence") return std::vector<float>(8000);
  if (name == "click") {
    std::vector<float> samples(5000);
    samples[2500] = 3000.0f / 32768;
    return samples;
  }
  std::vector<float> samples = SamplesOf(ReadAudioFixture("qwen2audio/sound.wav"));
  if (name == "short") samples.resize(160);
  return samples;
}

}  // namespace

TEST("mel_spectrogram: it is WhisperFeatureExtractor's") {
  for (const int32_t bands : {80, 128}) {
    for (const char* name : {"sound", "short", "silence", "click"}) {
      const Matrix wanted =
          ReadMatrix("spectrogram.safetensors", std::string(name) + "." + std::to_string(bands));
      REQUIRE(wanted.rows == static_cast<size_t>(bands));
      const MelSpectrogram mel = MelOf(SoundOf(name), bands, 1000);
      // Two more frames than begin within the sound.
      CHECK_EQ(mel.frames() + 2, wanted.columns);
      double most = 0;
      for (size_t band = 0; band < wanted.rows; ++band) {
        for (size_t frame = 0; frame < wanted.columns; ++frame) {
          const float value = wanted.values[band * wanted.columns + frame];
          most = std::max(most, std::abs(double{mel.At(band, frame)} - double{value}));
        }
      }
      // PyTorch's transform is in single precision.
      if (!(most < 2e-4)) Fail(__FILE__, __LINE__, std::string(name) + " " + std::to_string(most));
    }
  }
}

TEST("mel_spectrogram: how a sound is cut into pieces does not matter") {
  const std::vector<float> samples = SoundOf("sound");
  const MelSpectrogram whole = MelOf(samples, 80, samples.size());
  for (const size_t piece : {1u, 159u, 4096u}) {
    const MelSpectrogram pieces = MelOf(samples, 80, piece);
    CHECK_EQ(pieces.frames(), whole.frames());
    bool same = true;
    for (size_t frame = 0; frame < whole.frames() + 3; ++frame) {
      for (size_t band = 0; band < 80; ++band) {
        same = same && pieces.At(band, frame) == whole.At(band, frame);
      }
    }
    CHECK(same);
  }
}

TEST("mel_spectrogram: sounds of no length and of one sample are read") {
  CHECK_EQ(MelOf({}, 80, 1).frames(), 0u);
  CHECK_EQ(MelOf({0.5f}, 80, 1).frames(), 1u);
  CHECK(MelOf({0.5f}, 80, 1).At(0, 0) <= 2);
}

TEST("mel_spectrogram: the transform of any length is that of its definition") {
  for (const size_t length : {1u, 2u, 7u, 12u, 60u, 400u}) {
    std::vector<double> samples(length);
    for (size_t i = 0; i < length; ++i) samples[i] = std::sin(double(i * i)) + 0.25 * double(i % 3);
    std::vector<double> power(length / 2 + 1);
    Fft(length).Power(samples.data(), power.data());
    for (size_t k = 0; k <= length / 2; ++k) {
      double re = 0;
      double im = 0;
      for (size_t i = 0; i < length; ++i) {
        const double angle = 2 * kPi * double(i * k) / double(length);
        re += samples[i] * std::cos(angle);
        im -= samples[i] * std::sin(angle);
      }
      CHECK(std::abs(power[k] - re * re - im * im) < 1e-8 * (1 + re * re + im * im));
    }
  }
}

}  // namespace abstractllm::test
