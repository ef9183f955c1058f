#include "audio_fixture.h"

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "backend.h"
#include "checkpoint/random_access_file.h"
#include "checkpoint/safetensors.h"
#include "media/audio_file.h"
#include "plan_json.h"

namespace abstractllm::test {
namespace {

constexpr double kPi = 3.14159265358979323846;

void Add(std::vector<uint8_t>* bytes, uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes->push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void Add(std::vector<uint8_t>* bytes, const char* text) {
  bytes->insert(bytes->end(), text, text + std::strlen(text));
}

void AddSample(std::vector<uint8_t>* bytes, double sample, const WavForm& form) {
  if (form.format == 3) {
    const auto value = static_cast<float>(sample);
    uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    Add(bytes, bits, 4);
    return;
  }
  const double scaled = std::round(sample * std::pow(2.0, form.bits - 1));
  const auto value = static_cast<int64_t>(scaled) + (form.bits == 8 && form.format == 1 ? 128 : 0);
  Add(bytes, static_cast<uint64_t>(value), form.bits / 8);
}

}  // namespace

std::vector<uint8_t> BuildWav(const std::vector<double>& samples, const WavForm& form) {
  const uint32_t frame = uint32_t{form.channels} * form.bits / 8;
  const auto size = static_cast<uint32_t>(samples.size() * form.bits / 8);
  std::vector<uint8_t> bytes;
  Add(&bytes, "RIFF");
  Add(&bytes, 36 + size, 4);
  Add(&bytes, "WAVEfmt ");
  Add(&bytes, 16, 4);
  Add(&bytes, form.format, 2);
  Add(&bytes, form.channels, 2);
  Add(&bytes, form.rate, 4);
  Add(&bytes, form.rate * frame, 4);
  Add(&bytes, frame, 2);
  Add(&bytes, form.bits, 2);
  Add(&bytes, "data");
  Add(&bytes, size, 4);
  for (const double sample : samples) AddSample(&bytes, sample, form);
  return bytes;
}

std::vector<double> Tone(double hz, double seconds, double rate, double amplitude) {
  std::vector<double> samples(static_cast<size_t>(seconds * rate));
  for (size_t i = 0; i < samples.size(); ++i) {
    samples[i] = amplitude * std::sin(2 * kPi * hz * static_cast<double>(i) / rate);
  }
  return samples;
}

std::vector<float> SamplesOf(const std::vector<uint8_t>& file, int32_t rate) {
  std::vector<float> samples;
  const auto add = [&](const float* piece, size_t count) {
    samples.insert(samples.end(), piece, piece + count);
  };
  const Status status = ReadAudioFile({file.data(), file.size()}, rate, {}, nullptr, add);
  if (!status.ok()) samples.clear();
  return samples;
}

std::vector<uint8_t> ReadAudioFixture(const std::string& name) {
  std::ifstream file(std::string(ABSTRACTLLM_FIXTURES) + "/audio/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Matrix ReadMatrix(const std::string& file, const std::string& tensor) {
  const std::string path = std::string(ABSTRACTLLM_FIXTURES) + "/audio/" + file;
  const Result<SafetensorsHeader> header = ReadSafetensors(path);
  RandomAccessFile bytes;
  Matrix matrix;
  if (!header.ok() || !bytes.Open(path)) return matrix;
  for (const SafetensorsEntry& entry : header.value().tensors) {
    if (entry.name != tensor || entry.shape.size() != 2) continue;
    matrix.rows = entry.shape[0];
    matrix.columns = entry.shape[1];
    matrix.values.resize(entry.elements);
    bytes.Read(entry.offset, matrix.values.data(), matrix.values.size() * sizeof(float));
  }
  return matrix;
}

std::string AudioFolder(const std::string& name) {
  return std::string(ABSTRACTLLM_FIXTURES) + "/audio/" + name;
}

EncoderRequest AudioRequestFor(const std::string& folder) {
  InitBackend("");
  EncoderRequest request;
  request.path = folder;
  request.plan = ReadPlanJson(folder);
  request.cpu_only = true;
  request.threads = ComputeThreads::Shared(1);
  return request;
}

AudioSpec AudioSpecFor(const std::string& name) {
  AudioSpec spec;
  spec.placeholder = "<sound>";
  spec.bands = 32;
  spec.window = 200;
  const bool stacks = name == "voxtral" || name == "ultravox";
  spec.grain = stacks ? 8 : 2;
  spec.least = stacks ? 8 : 4;
  spec.tail = name == "voxtral"      ? AudioTail::kWindow
              : name == "ultravox"   ? AudioTail::kSilence
              : name == "qwen25omni" ? AudioTail::kZeros
                                     : AudioTail::kLookAhead;
  return spec;
}

}  // namespace abstractllm::test
