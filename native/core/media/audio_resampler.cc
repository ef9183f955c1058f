#include "media/audio_resampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace abstractllm {
namespace {

constexpr double kPi = 3.14159265358979323846;
// Zero crossings of the sinc to each side, where its pass band ends as part of the lower rate's
// half, and the window's shape: what is folded back is 90 dB down.
constexpr double kZeros = 64;
constexpr double kPassBand = 0.95;
constexpr double kKaiser = 9;
// Usual rates need fewer; between so many, others interpolate.
constexpr uint64_t kMaxPhases = 1280;
constexpr size_t kPiece = 4096;

// The modified Bessel function of order 0.
double Bessel(double x) {
  double sum = 1;
  double term = 1;
  for (int k = 1; k < 64 && term > sum * 1e-16; ++k) {
    term *= x * x / (4.0 * k * k);
    sum += term;
  }
  return sum;
}

double WindowedSinc(double distance, double reach, double cutoff) {
  const double part = distance / reach;
  if (part <= -1 || part >= 1) return 0;
  const double window = Bessel(kKaiser * std::sqrt(1 - part * part)) / Bessel(kKaiser);
  const double angle = kPi * cutoff * distance;
  return cutoff * window * (angle == 0 ? 1 : std::sin(angle) / angle);
}

}  // namespace

AudioResampler::AudioResampler(int32_t from, int32_t to) {
  const auto common = static_cast<uint64_t>(std::gcd(from, to));
  from_ = static_cast<uint64_t>(from) / common;
  to_ = static_cast<uint64_t>(to) / common;
  if (from_ == to_) return;
  const double cutoff = kPassBand * std::min(1.0, static_cast<double>(to) / from);
  const double reach = kZeros / cutoff;
  reach_ = 2 * static_cast<int64_t>(std::ceil(reach / 2));
  taps_ = 2 * reach_;
  phases_ = std::min(to_, kMaxPhases);
  weights_.resize(static_cast<size_t>(taps_) * (phases_ + 1));
  for (uint64_t phase = 0; phase <= phases_; ++phase) {
    const double place = static_cast<double>(phase) / static_cast<double>(phases_);
    float* row = weights_.data() + phase * static_cast<uint64_t>(taps_);
    double sum = 0;
    // Tap t belongs to the input sample t - reach_ + 1 behind the one before the place.
    for (int64_t t = 0; t < taps_; ++t) {
      const double weight =
          WindowedSinc(static_cast<double>(t - reach_ + 1) - place, reach, cutoff);
      row[t] = static_cast<float>(weight);
      sum += weight;
    }
    for (int64_t t = 0; t < taps_; ++t) row[t] = static_cast<float>(row[t] / sum);
  }
  first_ = -reach_;
  history_.assign(static_cast<size_t>(reach_), 0.0f);
}

void AudioResampler::Add(const float* samples, size_t count, const AudioSink& sink) {
  added_ += count;
  if (from_ == to_) {
    emitted_ += count;
    sink(samples, count);
    return;
  }
  history_.insert(history_.end(), samples, samples + count);
  // Output n reaches to input n * from / to + reach.
  const uint64_t reach = static_cast<uint64_t>(reach_) + 1;
  if (added_ > reach) Emit((added_ - reach) * to_ / from_, sink);
}

void AudioResampler::Finish(const AudioSink& sink) {
  if (from_ == to_) return;
  history_.insert(history_.end(), static_cast<size_t>(reach_) + 2, 0.0f);
  Emit((added_ * to_ + from_ - 1) / from_, sink);
}

float AudioResampler::At(uint64_t index) const {
  const uint64_t position = index * from_;
  const uint64_t rest = position % to_;
  const auto base = static_cast<int64_t>(position / to_);
  const uint64_t scaled = rest * phases_;
  const float* row = weights_.data() + scaled / to_ * static_cast<uint64_t>(taps_);
  const float* next = row + taps_;
  const float* samples = history_.data() + (base - reach_ + 1 - first_);
  const auto part =
      static_cast<float>(static_cast<double>(scaled % to_) / static_cast<double>(to_));
  // Four sums, which do not wait for one another: taps_ is a multiple of four.
  float sums[4] = {};
  if (part == 0) {
    for (int64_t t = 0; t < taps_; t += 4) {
      for (int64_t k = 0; k < 4; ++k) sums[k] += samples[t + k] * row[t + k];
    }
  } else {
    for (int64_t t = 0; t < taps_; t += 4) {
      for (int64_t k = 0; k < 4; ++k) {
        const float weight = row[t + k] + part * (next[t + k] - row[t + k]);
        sums[k] += samples[t + k] * weight;
      }
    }
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void AudioResampler::Emit(uint64_t end, const AudioSink& sink) {
  std::vector<float> piece;
  piece.reserve(kPiece);
  while (emitted_ < end) {
    piece.clear();
    while (emitted_ < end && piece.size() < kPiece) piece.push_back(At(emitted_++));
    sink(piece.data(), piece.size());
  }
  // What no later output reaches back to.
  const auto base = static_cast<int64_t>(emitted_ * from_ / to_);
  const int64_t keep = std::max(first_, base - reach_);
  history_.erase(history_.begin(), history_.begin() + (keep - first_));
  first_ = keep;
}

}  // namespace abstractllm
