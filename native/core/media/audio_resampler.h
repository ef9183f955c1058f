// Changes the number of samples per second: band-limited interpolation with a windowed sinc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/audio_file.h"

namespace abstractllm {

// Sample n of the output is the input at the time n / to. Nothing of frequencies above half the
// lower rate is left; below 0.9 of that, all. Beyond its ends a sound is silent.
// Thread: one at a time.
class AudioResampler {
 public:
  // 1 to 768000 samples per second each.
  AudioResampler(int32_t from, int32_t to);

  // Gives what can be computed so far to `sink`.
  void Add(const float* samples, size_t count, const AudioSink& sink);
  // The rest: in all, ceil(added * to / from) samples.
  void Finish(const AudioSink& sink);

 private:
  void Emit(uint64_t end, const AudioSink& sink);
  float At(uint64_t index) const;

  // In lowest terms.
  uint64_t from_;
  uint64_t to_;
  int64_t reach_ = 0;  // input samples that count, to each side
  int64_t taps_ = 0;
  uint64_t phases_ = 1;
  // For each place between two input samples, in steps of 1 / phases_, the weights of those
  // around it; one row more, for interpolation.
  std::vector<float> weights_;
  std::vector<float> history_;  // from input sample first_ on
  int64_t first_;
  uint64_t added_ = 0;
  uint64_t emitted_ = 0;
};

}  // namespace abstractllm
