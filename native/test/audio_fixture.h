// Sounds for tests: files that are made here, and those of test/fixtures/audio.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/audio_spec.h"
#include "media/clip_loading.h"
#include "status.h"

namespace abstractllm::test {

// A WAV file of these samples, interleaved, from -1 to 1, with `format` 1 (integers), 3 (floats) or
// 7 (mu-law, whose bytes are given as samples / 128).
struct WavForm {
  uint16_t format = 1;
  uint16_t channels = 1;
  uint32_t rate = 16000;
  uint16_t bits = 16;
};
std::vector<uint8_t> BuildWav(const std::vector<double>& samples, const WavForm& form = {});

// A tone of so many Hz.
std::vector<double> Tone(double hz, double seconds, double rate, double amplitude = 0.5);

// All samples of a file as ReadAudioFile gives them at `rate`; none if it fails.
std::vector<float> SamplesOf(const std::vector<uint8_t>& file, int32_t rate = 16000);

// The bytes of a file in test/fixtures/audio.
std::vector<uint8_t> ReadAudioFixture(const std::string& name);

// The first dimension's rows of a tensor in a safetensors file of that folder.
struct Matrix {
  size_t rows = 0;
  size_t columns = 0;
  std::vector<float> values;
};
Matrix ReadMatrix(const std::string& file, const std::string& tensor);

// The tiny checkpoints that hear.
std::string AudioFolder(const std::string& name);
EncoderRequest AudioRequestFor(const std::string& folder);
// What their spec is, with a window of 200 frames.
AudioSpec AudioSpecFor(const std::string& name);

}  // namespace abstractllm::test
