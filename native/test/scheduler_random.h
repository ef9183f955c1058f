// Random numbers that are the same on every platform, for simulations.
#pragma once

#include <cmath>
#include <cstdint>

namespace abstractllm::test {

// Thread: the one that owns it.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15u;
    return Mix(state_);
  }
  // 0 to limit - 1; limit at least 1.
  int32_t Below(int32_t limit) {
    return static_cast<int32_t>(Next() % static_cast<uint64_t>(limit));
  }
  // least to most, both included.
  int32_t Between(int32_t least, int32_t most) { return least + Below(most - least + 1); }
  // [0, 1).
  double Real() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  bool Chance(double probability) { return Real() < probability; }
  // Times between events that happen independently.
  double Exponential(double mean) { return -mean * std::log(1 - Real()); }
  // Heavy-tailed: a few are much larger than most. least to most.
  int32_t Pareto(int32_t least, double shape, int32_t most) {
    const double value = least * std::pow(1 - Real(), -1 / shape);
    return value < most ? static_cast<int32_t>(value) : most;
  }

  static uint64_t Mix(uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
  }

 private:
  uint64_t state_;
};

}  // namespace abstractllm::test
