#include "media/resize_weights.h"

#include <algorithm>
#include <cmath>

namespace abstractllm {
namespace {

constexpr double kPi = 3.14159265358979323846;

struct Kernel {
  double support;
  double (*value)(double x);
};

double Box(double x) { return x > -0.5 && x <= 0.5 ? 1.0 : 0.0; }

double Triangle(double x) {
  x = std::fabs(x);
  return x < 1.0 ? 1.0 - x : 0.0;
}

double Hamming(double x) {
  x = std::fabs(x);
  if (x == 0.0) return 1.0;
  if (x >= 1.0) return 0.0;
  x *= kPi;
  return std::sin(x) / x * (0.54 + 0.46 * std::cos(x));
}

double Cubic(double x) {
  constexpr double kA = -0.5;
  x = std::fabs(x);
  if (x < 1.0) return ((kA + 2.0) * x - (kA + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * kA;
  return 0.0;
}

double Sinc(double x) {
  if (x == 0.0) return 1.0;
  x *= kPi;
  return std::sin(x) / x;
}

double Lanczos(double x) { return x >= -3.0 && x < 3.0 ? Sinc(x) * Sinc(x / 3) : 0.0; }

Kernel KernelOf(ResizeFilter filter) {
  switch (filter) {
    case ResizeFilter::kNearest:
    case ResizeFilter::kBox:
      return {0.5, Box};
    case ResizeFilter::kBilinear:
      return {1.0, Triangle};
    case ResizeFilter::kHamming:
      return {1.0, Hamming};
    case ResizeFilter::kBicubic:
      return {2.0, Cubic};
    case ResizeFilter::kLanczos:
      return {3.0, Lanczos};
  }
  return {0.5, Box};
}

int32_t ToFixed(double weight) {
  const double scaled = weight * (1 << kWeightBits);
  return static_cast<int32_t>(weight < 0 ? scaled - 0.5 : scaled + 0.5);
}

}  // namespace

ResizeWeights MakeResizeWeights(ResizeFilter filter, int32_t source, int32_t target, int32_t first,
                                int32_t count) {
  const Kernel kernel = KernelOf(filter);
  const double scale = static_cast<double>(source) / target;
  const double filter_scale = std::max(scale, 1.0);
  const double support = kernel.support * filter_scale;
  const double inverse = 1.0 / filter_scale;
  ResizeWeights result;
  result.stride = static_cast<size_t>(std::ceil(support)) * 2 + 1;
  result.begin.resize(static_cast<size_t>(count));
  result.count.resize(static_cast<size_t>(count));
  result.weights.resize(static_cast<size_t>(count) * result.stride);
  std::vector<double> values(result.stride);
  for (int32_t i = 0; i < count; ++i) {
    const double center = (first + i + 0.5) * scale;
    const int32_t begin = std::max(static_cast<int32_t>(center - support + 0.5), 0);
    const int32_t end = std::min(static_cast<int32_t>(center + support + 0.5), source);
    const size_t taps = static_cast<size_t>(end - begin);
    double sum = 0.0;
    for (size_t k = 0; k < taps; ++k) {
      values[k] = kernel.value((static_cast<double>(k) + begin - center + 0.5) * inverse);
      sum += values[k];
    }
    int32_t* const weights = result.weights.data() + static_cast<size_t>(i) * result.stride;
    for (size_t k = 0; k < taps; ++k)
      weights[k] = ToFixed(sum != 0.0 ? values[k] / sum : values[k]);
    result.begin[static_cast<size_t>(i)] = begin;
    result.count[static_cast<size_t>(i)] = end - begin;
  }
  return result;
}

}  // namespace abstractllm
