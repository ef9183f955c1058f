// Sound as Whisper and its kin see it: how strong each band of frequencies is, every 10 ms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/fft.h"

namespace abstractllm {

// Takes samples piece by piece. Frame t is centred at sample kHop * t; before its beginning a
// sound is mirrored, behind its end it is silent. Equal to the WhisperFeatureExtractor of
// transformers but for rounding.
// Thread: one at a time.
class MelSpectrogram {
 public:
  static constexpr int32_t kSampleRate = 16000;
  static constexpr size_t kHop = 160;

  // 1 to 256 bands.
  explicit MelSpectrogram(int32_t bands);

  void Add(const float* samples, size_t count);
  // Behind the last sample. `mirrored`: whether the sound is mirrored at its end, too, as it is
  // where nothing was put behind it.
  void Finish(bool mirrored = false);

  size_t bands() const { return bands_; }
  size_t samples() const { return added_; }
  // Those that begin within the sound. Behind Finish().
  size_t frames() const { return (added_ + kHop - 1) / kHop; }
  // The value of a band in a frame, which may lie behind the sound: mostly from -1 to 1, in
  // comparison with the loudest. Behind Finish().
  float At(size_t band, size_t frame) const;

 private:
  // Frequencies [first, first + weights.size()) of the transform.
  struct Band {
    size_t first = 0;
    std::vector<double> weights;
  };

  void AddFrames();

  size_t bands_;
  std::vector<Band> filters_;
  std::vector<double> window_;
  Fft fft_;
  std::vector<double> windowed_;
  std::vector<double> power_;
  std::vector<float> samples_;  // from the next frame's first on
  bool mirrored_ = false;
  size_t added_ = 0;
  std::vector<float> logs_;  // frame by frame
  float loudest_;
};

}  // namespace abstractllm
