#include "media/audio_file.h"

#include <algorithm>
#include <new>
#include <string>
#include <vector>

#include "media/audio_decoder.h"
#include "media/audio_resampler.h"
#include "media/audio_scan.h"

namespace abstractllm {
namespace {

constexpr uint32_t kMaxChannels = 32;
constexpr uint32_t kMinRate = 1000;
constexpr uint32_t kMaxRate = 768000;
// Between two looks at whether to go on.
constexpr uint64_t kFramesAtOnce = 4096;
constexpr char kConvert[] = " ffmpeg -i FILE sound.wav makes a sound of it that is served.";

const char* NameOf(AudioFormat format) {
  switch (format) {
    case AudioFormat::kWav:
      return "WAV";
    case AudioFormat::kMp3:
      return "MP3";
    case AudioFormat::kFlac:
      return "FLAC";
  }
  return "";
}

Status Problem(AudioFormat format, const std::string& problem, const std::string& remedy) {
  const std::string name = NameOf(format);
  return Status::Error(Code::kMedia,
                       "The " + name + " sound cannot be read: " + problem + "." + remedy,
                       {{"type", name}});
}

Status TooLong(double seconds, const AudioLimits& limits) {
  return Status::Error(Code::kMedia,
                       "The sound is longer than " +
                           std::to_string(static_cast<int64_t>(limits.max_seconds)) +
                           " s. Give a shorter part of it, or raise file_limits.audio_seconds.",
                       {{"limit", std::string("audio_seconds")},
                        {"audio_seconds", static_cast<int64_t>(seconds)},
                        {"allowed", static_cast<int64_t>(limits.max_seconds)}});
}

// What a header may not claim.
std::string HeaderProblem(const AudioDecoder& decoder) {
  if (decoder.channels() < 1 || decoder.channels() > kMaxChannels) {
    return "it has " + std::to_string(decoder.channels()) + " channels, and 1 to " +
           std::to_string(kMaxChannels) + " are served";
  }
  if (decoder.sample_rate() < kMinRate || decoder.sample_rate() > kMaxRate) {
    return "it has " + std::to_string(decoder.sample_rate()) + " samples per second, and " +
           std::to_string(kMinRate) + " to " + std::to_string(kMaxRate) + " are served";
  }
  return "";
}

// Interleaved channels to their mean, in place. What is not a number would spread.
void MixDown(std::vector<float>* samples, uint64_t frames, uint32_t channels) {
  float* values = samples->data();
  for (uint64_t i = 0; i < frames; ++i) {
    float sum = 0;
    for (uint32_t c = 0; c < channels; ++c) sum += values[i * channels + c];
    const float mean = sum / static_cast<float>(channels);
    values[i] = mean >= -1e6f && mean <= 1e6f ? mean : 0.0f;
  }
}

Status Read(ByteSpan file, int32_t rate, const AudioLimits& limits, const CancelToken* cancel,
            const AudioSink& sink) {
  const std::optional<AudioFormat> format = FindAudioFormat(file);
  if (!format) {
    return Status::Error(Code::kMedia,
                         std::string("This is no WAV, MP3 or FLAC sound.") + kConvert);
  }
  if (*format == AudioFormat::kWav && MissingWavBytes(file) > 0) {
    return Problem(*format, std::to_string(MissingWavBytes(file)) + " bytes are missing at its end",
                   " Get the file again.");
  }
  const std::unique_ptr<AudioDecoder> decoder = OpenAudio(file, *format);
  if (decoder == nullptr) {
    return Problem(*format, "it is damaged, or of a kind that is not served", kConvert);
  }
  if (const std::string problem = HeaderProblem(*decoder); !problem.empty()) {
    return Problem(*format, problem, kConvert);
  }
  const uint32_t channels = decoder->channels();
  const double per_second = decoder->sample_rate();
  const uint64_t said = decoder->frames();
  if (static_cast<double>(said) / per_second > limits.max_seconds) {
    return TooLong(static_cast<double>(said) / per_second, limits);
  }
  AudioResampler resampler(static_cast<int32_t>(decoder->sample_rate()), rate);
  std::vector<float> piece(kFramesAtOnce * channels);
  uint64_t total = 0;
  for (;;) {
    if (cancel != nullptr && cancel->cancelled()) return Status::Aborted();
    const uint64_t got = std::min(decoder->Read(piece.data(), kFramesAtOnce), kFramesAtOnce);
    if (got == 0) break;
    total += got;
    if (static_cast<double>(total) / per_second > limits.max_seconds) {
      return TooLong(static_cast<double>(total) / per_second, limits);
    }
    MixDown(&piece, got, channels);
    resampler.Add(piece.data(), static_cast<size_t>(got), sink);
  }
  if (total < said)
    return Problem(*format, "it ends too early, or is damaged", " Get the file again.");
  if (total == 0) return Problem(*format, "there is no sound in it", "");
  resampler.Finish(sink);
  return Status::Ok();
}

}  // namespace

Status ReadAudioFile(ByteSpan file, int32_t rate, const AudioLimits& limits,
                     const CancelToken* cancel, const AudioSink& sink) {
  try {
    return Read(file, rate, limits, cancel, sink);
  } catch (const std::bad_alloc&) {
    return Status::Error(Code::kResource, "There is not enough memory for the sound.");
  }
}

}  // namespace abstractllm
