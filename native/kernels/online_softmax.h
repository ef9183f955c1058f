// Softmax over scores that come block by block: what has been summed so far is scaled
// whenever a larger score appears.
//
// Per vector of 16 scores: two loads and stores, a maximum and some 16 operations for the
// exponential, which is 2 cycles per score at a width of 8 and 1 at 16.
#pragma once

#include <cmath>

#include "simd.h"

namespace abstractllm::simd {

// Of one token and head.
struct RowState {
  float largest;      // score so far; minus infinity before the first
  float sum[kWidth];  // of e^(score - largest), still spread over lanes
};

struct ScoreRule {
  float scale;
  float softcap;  // 0: none
};

// Turns scores of `vectors` vectors into weights e^(score - largest). `bias` times `slope`
// is added to the scores unless null; minus infinity leaves a cell out. Returns the factor
// for what has been summed with the largest score until now.
inline float UpdateRow(float* scores, int vectors, const ScoreRule& rule, const float* bias,
                       float slope, RowState* state) {
  Vec largest = Set1(-INFINITY);
  for (int v = 0; v < vectors; ++v) {
    Vec score = Load(scores + v * kWidth) * Set1(rule.scale);
    if (rule.softcap != 0) score = Set1(rule.softcap) * Tanh(score);
    if (bias != nullptr) score = score + Load(bias + v * kWidth) * Set1(slope);
    Store(scores + v * kWidth, score);
    largest = Max(largest, score);
  }
  const float before = state->largest;
  const float now = std::fmax(before, Largest(largest));
  if (now == -INFINITY) {
    for (int v = 0; v < vectors; ++v) Store(scores + v * kWidth, Set1(0));
    return 1;
  }
  const float keep = now == before ? 1 : std::exp(before - now);
  Vec sum = Load(state->sum) * Set1(keep);
  for (int v = 0; v < vectors; ++v) {
    const Vec weight = Exp(Load(scores + v * kWidth) - Set1(now));
    Store(scores + v * kWidth, weight);
    sum = sum + weight;
  }
  Store(state->sum, sum);
  state->largest = now;
  return keep;
}

}  // namespace abstractllm::simd
