#include "media/fft.h"

#include <cmath>

namespace abstractllm {
namespace {

constexpr double kPi = 3.14159265358979323846;

}  // namespace

Fft::Fft(size_t length) : length_(length), out_(length) {
  size_t rest = length;
  for (size_t factor = 2; rest > 1; ++factor) {
    for (; rest % factor == 0; rest /= factor) factors_.push_back(factor);
  }
  for (size_t k = 0; k < length; ++k) {
    const double angle = -2 * kPi * static_cast<double>(k) / static_cast<double>(length);
    roots_.push_back({std::cos(angle), std::sin(angle)});
  }
  column_.resize(factors_.empty() ? 1 : factors_.back());
}

void Fft::Power(const double* samples, double* power) {
  Transform(samples, 1, length_, 0, out_.data());
  for (size_t k = 0; k <= length_ / 2; ++k) {
    power[k] = out_[k].re * out_[k].re + out_[k].im * out_[k].im;
  }
}

// Splits into `parts` transforms of every parts-th sample, and combines them.
void Fft::Transform(const double* samples, size_t stride, size_t length, size_t factor,
                    Complex* out) {
  if (length == 1) {
    out[0] = {samples[0], 0};
    return;
  }
  const size_t parts = factors_[factor];
  const size_t size = length / parts;
  for (size_t p = 0; p < parts; ++p) {
    Transform(samples + p * stride, stride * parts, size, factor + 1, out + p * size);
  }
  for (size_t k = 0; k < size; ++k) {
    for (size_t p = 0; p < parts; ++p) column_[p] = out[p * size + k];
    for (size_t q = 0; q < parts; ++q) {
      const size_t step = (k + q * size) * stride;  // of roots_, for one part
      Complex sum = column_[0];
      size_t root = 0;
      for (size_t p = 1; p < parts; ++p) {
        root += step;
        if (root >= length_) root -= length_;
        const Complex& c = column_[p];
        const Complex& r = roots_[root];
        sum.re += c.re * r.re - c.im * r.im;
        sum.im += c.re * r.im + c.im * r.re;
      }
      out[q * size + k] = sum;
    }
  }
}

}  // namespace abstractllm
