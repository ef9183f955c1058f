// The discrete Fourier transform of lengths that are products of small primes.
#pragma once

#include <cstddef>
#include <vector>

namespace abstractllm {

// Thread: one at a time.
class Fft {
 public:
  // Fast for products of 2, 3 and 5; right for any length from 1.
  explicit Fft(size_t length);

  // The squared magnitudes of frequencies 0 to length / 2 of `length` real numbers.
  void Power(const double* samples, double* power);

 private:
  struct Complex {
    double re;
    double im;
  };

  void Transform(const double* samples, size_t stride, size_t length, size_t factor, Complex* out);

  size_t length_;
  std::vector<size_t> factors_;
  std::vector<Complex> roots_;  // exp(-2 pi i k / length)
  std::vector<Complex> out_;
  std::vector<Complex> column_;
};

}  // namespace abstractllm
