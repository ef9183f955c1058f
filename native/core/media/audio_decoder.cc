// The only file that sees miniaudio. Its functions are static here: the engine's own helpers
// bring another copy.
#include "media/audio_decoder.h"

#include <new>

// Nothing but decoders, which take memory and give numbers.
#define MINIAUDIO_IMPLEMENTATION
#define MA_API static
#define MA_NO_DEVICE_IO
#define MA_NO_THREADING
#define MA_NO_ENCODING
#define MA_NO_GENERATION
#define MA_NO_NODE_GRAPH
#define MA_NO_RESOURCE_MANAGER
#define MA_NO_ENGINE
#define MA_NO_STDIO
// Its only variable that every file could see.
#define ma_atomic_global_lock abstractllm_ma_atomic_global_lock
#define MA_ASSERT(condition) ((void)0)
#define MA_DR_WAV_ASSERT(condition) ((void)0)
#define MA_DR_FLAC_ASSERT(condition) ((void)0)
#define MA_DR_MP3_ASSERT(condition) ((void)0)
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include "miniaudio/miniaudio.h"
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace abstractllm {
namespace {

class WavDecoder final : public AudioDecoder {
 public:
  ~WavDecoder() override {
    if (open_) ma_dr_wav_uninit(&wav_);
  }
  bool Open(ByteSpan file) {
    open_ = ma_dr_wav_init_memory(&wav_, file.data(), file.size(), nullptr) != MA_FALSE;
    return open_;
  }
  uint32_t channels() const override { return wav_.channels; }
  uint32_t sample_rate() const override { return wav_.sampleRate; }
  uint64_t frames() const override { return wav_.totalPCMFrameCount; }
  uint64_t Read(float* out, uint64_t count) override {
    return ma_dr_wav_read_pcm_frames_f32(&wav_, count, out);
  }

 private:
  ma_dr_wav wav_ = {};
  bool open_ = false;
};

class Mp3Decoder final : public AudioDecoder {
 public:
  ~Mp3Decoder() override {
    if (open_) ma_dr_mp3_uninit(&mp3_);
  }
  bool Open(ByteSpan file) {
    open_ = ma_dr_mp3_init_memory(&mp3_, file.data(), file.size(), nullptr) != MA_FALSE;
    return open_;
  }
  uint32_t channels() const override { return mp3_.channels; }
  uint32_t sample_rate() const override { return mp3_.sampleRate; }
  uint64_t frames() const override {
    if (mp3_.totalPCMFrameCount == MA_UINT64_MAX) return 0;
    const uint64_t silent = uint64_t{mp3_.delayInPCMFrames} + mp3_.paddingInPCMFrames;
    return mp3_.totalPCMFrameCount > silent ? mp3_.totalPCMFrameCount - silent : 0;
  }
  uint64_t Read(float* out, uint64_t count) override {
    return ma_dr_mp3_read_pcm_frames_f32(&mp3_, count, out);
  }

 private:
  ma_dr_mp3 mp3_ = {};
  bool open_ = false;
};

class FlacDecoder final : public AudioDecoder {
 public:
  ~FlacDecoder() override { ma_dr_flac_close(flac_); }
  bool Open(ByteSpan file) {
    flac_ = ma_dr_flac_open_memory(file.data(), file.size(), nullptr);
    return flac_ != nullptr;
  }
  uint32_t channels() const override { return flac_->channels; }
  uint32_t sample_rate() const override { return flac_->sampleRate; }
  uint64_t frames() const override { return flac_->totalPCMFrameCount; }
  uint64_t Read(float* out, uint64_t count) override {
    return ma_dr_flac_read_pcm_frames_f32(flac_, count, out);
  }

 private:
  ma_dr_flac* flac_ = nullptr;
};

template <typename Decoder>
std::unique_ptr<AudioDecoder> OpenAs(ByteSpan file) {
  auto decoder = std::make_unique<Decoder>();
  if (!decoder->Open(file)) return nullptr;
  return decoder;
}

}  // namespace

std::unique_ptr<AudioDecoder> OpenAudio(ByteSpan file, AudioFormat format) {
  switch (format) {
    case AudioFormat::kWav:
      return OpenAs<WavDecoder>(file);
    case AudioFormat::kMp3:
      return OpenAs<Mp3Decoder>(file);
    case AudioFormat::kFlac:
      return OpenAs<FlacDecoder>(file);
  }
  return nullptr;
}

}  // namespace abstractllm
