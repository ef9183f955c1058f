#include "media/mel_spectrogram.h"

#include <algorithm>
#include <cmath>

namespace abstractllm {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr size_t kWindow = 400;
constexpr size_t kReach = kWindow / 2;  // of a frame, to each side of its centre
constexpr size_t kBins = kWindow / 2 + 1;
constexpr double kTop = 8000;  // Hz
// What is quieter counts as this, and what is weaker than the loudest by more than kRange
// powers of ten as that.
constexpr double kFloor = 1e-10;
constexpr float kSilence = -10;
constexpr float kRange = 8;

// Slaney's scale: in proportion up to 1000 Hz, then in powers.
constexpr double kBreak = 1000;
constexpr double kBreakMel = 15;
const double kStep = std::log(6.4) / 27;

double MelOf(double hz) {
  return hz < kBreak ? hz * kBreakMel / kBreak : kBreakMel + std::log(hz / kBreak) / kStep;
}

double HzOf(double mel) {
  return mel < kBreakMel ? mel * kBreak / kBreakMel : kBreak * std::exp((mel - kBreakMel) * kStep);
}

}  // namespace

MelSpectrogram::MelSpectrogram(int32_t bands)
    : bands_(static_cast<size_t>(bands)),
      filters_(bands_),
      window_(kWindow),
      fft_(kWindow),
      windowed_(kWindow),
      power_(kBins),
      loudest_(kSilence) {
  for (size_t i = 0; i < kWindow; ++i) {
    window_[i] = 0.5 - 0.5 * std::cos(2 * kPi * static_cast<double>(i) / kWindow);
  }
  const double top = MelOf(kTop);
  const auto edge = [&](size_t index) {
    return HzOf(top * static_cast<double>(index) / static_cast<double>(bands_ + 1));
  };
  for (size_t band = 0; band < bands_; ++band) {
    const double low = edge(band);
    const double middle = edge(band + 1);
    const double high = edge(band + 2);
    Band& filter = filters_[band];
    for (size_t bin = 0; bin < kBins; ++bin) {
      const double hz = static_cast<double>(bin) * kSampleRate / kWindow;
      const double rising = (hz - low) / (middle - low);
      const double falling = (high - hz) / (high - middle);
      const double weight = std::min(rising, falling);
      if (weight <= 0) continue;
      if (filter.weights.empty()) filter.first = bin;
      // Of equal area.
      filter.weights.push_back(weight * 2 / (high - low));
    }
  }
}

void MelSpectrogram::Add(const float* samples, size_t count) {
  if (samples_.empty()) samples_.assign(kReach, 0.0f);
  samples_.insert(samples_.end(), samples, samples + count);
  added_ += count;
  AddFrames();
}

void MelSpectrogram::Finish(bool mirrored) {
  if (samples_.empty()) return;
  const size_t end = samples_.size();
  if (mirrored && end > kReach) {
    samples_.resize(end + kReach);
    for (size_t i = 0; i < kReach; ++i) samples_[end + i] = samples_[end - 2 - i];
  }
  // Frames that hear the last of it.
  samples_.insert(samples_.end(), 2 * kWindow, 0.0f);
  AddFrames();
  samples_.clear();
}

void MelSpectrogram::AddFrames() {
  if (!mirrored_) {
    if (samples_.size() <= 2 * kReach) return;
    for (size_t i = 1; i <= kReach; ++i) samples_[kReach - i] = samples_[kReach + i];
    mirrored_ = true;
  }
  size_t at = 0;
  for (; at + kWindow <= samples_.size(); at += kHop) {
    for (size_t i = 0; i < kWindow; ++i) windowed_[i] = window_[i] * double{samples_[at + i]};
    fft_.Power(windowed_.data(), power_.data());
    for (const Band& band : filters_) {
      double sum = 0;
      for (size_t i = 0; i < band.weights.size(); ++i) {
        sum += band.weights[i] * power_[band.first + i];
      }
      const auto log = static_cast<float>(std::log10(std::max(sum, kFloor)));
      loudest_ = std::max(loudest_, log);
      logs_.push_back(log);
    }
  }
  samples_.erase(samples_.begin(), samples_.begin() + static_cast<int64_t>(at));
}

float MelSpectrogram::At(size_t band, size_t frame) const {
  const size_t index = frame * bands_ + band;
  const float log = index < logs_.size() ? logs_[index] : kSilence;
  return (std::max(log, loudest_ - kRange) + 4) / 4;
}

}  // namespace abstractllm
