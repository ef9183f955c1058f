#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "attention_case.h"
#include "backend.h"
#include "check.h"
#include "kernels/flash_attention.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

using Mask = AttentionCase::Mask;

Mask Causal(const AttentionShape& shape) {
  return [shape](int token, int cell) {
    return cell <= shape.cells - shape.tokens + token ? 0.0f : -INFINITY;
  };
}

// The largest difference to the definition; infinite for what is no number.
double Error(const std::vector<float>& computed, const std::vector<double>& expected) {
  if (computed.size() != expected.size()) return INFINITY;
  double error = 0;
  for (size_t i = 0; i < computed.size(); ++i) {
    const double difference = std::abs(computed[i] - expected[i]);
    error = difference <= error ? error : std::isnan(difference) ? INFINITY : difference;
  }
  return error;
}

std::string Describe(const AttentionShape& shape) {
  return std::to_string(shape.heads) + "/" + std::to_string(shape.groups) + " heads of " +
         std::to_string(shape.key_size) + "/" + std::to_string(shape.value_size) + ", " +
         std::to_string(shape.tokens) + " tokens, " + std::to_string(shape.cells) + " cells";
}

// Values are around 1, and averages of them smaller.
constexpr double kTolerance = 5e-6;

void ExpectExact(const AttentionShape& shape, const Mask& mask, int threads = 2,
                 double tolerance = kTolerance) {
  AttentionCase attention(shape, 7, mask);
  const double error = Error(attention.Compute(threads), attention.Reference());
  if (error <= tolerance) return;
  Fail(__FILE__, __LINE__, Describe(shape) + ": off by " + std::to_string(error));
}

}  // namespace

TEST("attention: head sizes and groups") {
  REQUIRE(InitBackend("").ok());
  for (const int size : {16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 256}) {
    for (const int group : {1, 2, 3, 7, 8}) {
      AttentionShape shape;
      shape.groups = 2;
      shape.heads = shape.groups * group;
      shape.key_size = shape.value_size = size;
      shape.tokens = 3;
      shape.cells = 130;
      ExpectExact(shape, Causal(shape));
    }
  }
}

TEST("attention: numbers of tokens and cells") {
  REQUIRE(InitBackend("").ok());
  for (const int tokens : {1, 2, 5, 15, 16, 17, 33, 70}) {
    for (const int cells : {1, 15, 16, 63, 64, 65, 127, 300, 1000}) {
      AttentionShape shape;
      shape.heads = 6;
      shape.groups = 2;
      shape.key_size = shape.value_size = 32;
      shape.tokens = tokens;
      shape.cells = std::max(cells, tokens);
      ExpectExact(shape, Causal(shape));
    }
  }
}

TEST("attention: more cells than are sorted at a time, and many heads in a group") {
  REQUIRE(InitBackend("").ok());
  AttentionShape shape;
  shape.heads = 36;
  shape.key_size = shape.value_size = 32;
  shape.tokens = 40;
  shape.cells = 5000;
  ExpectExact(shape, Causal(shape));
  shape.heads = 200;
  shape.tokens = 2;
  shape.cells = 100;
  ExpectExact(shape, Causal(shape));
}

TEST("attention: streams that share a prefix and whose own cells are interleaved") {
  REQUIRE(InitBackend("").ok());
  AttentionShape shape;
  shape.heads = 4;
  shape.groups = 2;
  for (const int streams : {2, 5, 8, 20}) {
    shape.tokens = streams;
    for (const int prefix : {0, 40, 700}) {
      shape.cells = prefix + 50 * streams;
      ExpectExact(shape, [&](int token, int cell) {
        return cell < prefix || cell % streams == token ? 0.0f : -INFINITY;
      });
    }
  }
}

TEST("attention: any mask, with tokens that see nothing") {
  REQUIRE(InitBackend("").ok());
  std::mt19937 random(3);
  const auto below = [&](int end) { return static_cast<int>(random() % end); };
  for (int round = 0; round < 30; ++round) {
    AttentionShape shape;
    shape.groups = 1 + below(3);
    shape.heads = shape.groups * (1 + below(4));
    shape.key_size = 16 * (1 + below(8));
    shape.value_size = 16 * (1 + below(8));
    shape.tokens = 1 + below(40);
    shape.cells = 1 + below(700);
    const int dense = 1 + below(50);
    std::vector<bool> seen(shape.tokens * shape.cells);
    for (int token = 0; token < shape.tokens; ++token) {
      const bool blind = below(5) == 0;
      for (int cell = 0; cell < shape.cells; ++cell) {
        seen[token * shape.cells + cell] = !blind && below(50) < dense;
      }
    }
    ExpectExact(shape, [&](int token, int cell) {
      return seen[token * shape.cells + cell] ? 0.0f : -INFINITY;
    });
  }
}

TEST("attention: without a mask, with separate caches, with different sizes") {
  REQUIRE(InitBackend("").ok());
  AttentionShape shape;
  shape.heads = 4;
  shape.groups = 2;
  shape.tokens = 20;
  shape.cells = 333;
  shape.masked = false;
  ExpectExact(shape, nullptr);
  shape.masked = true;
  shape.streams = 3;
  ExpectExact(shape, Causal(shape));
  shape.key_size = 192;
  shape.value_size = 128;
  ExpectExact(shape, Causal(shape));
}

TEST("attention: softcap, bias by distance, sinks, float32 caches") {
  REQUIRE(InitBackend("").ok());
  AttentionShape shape;
  shape.heads = 12;  // no power of two: two kinds of slopes
  shape.groups = 4;
  shape.tokens = 9;
  shape.cells = 400;
  AttentionShape capped = shape;
  capped.softcap = 1.5f;
  ExpectExact(capped, Causal(capped));
  AttentionShape biased = shape;
  biased.max_bias = 8;
  ExpectExact(biased, [&](int token, int cell) {
    const int distance = shape.cells - shape.tokens + token - cell;
    return distance < 0 ? -INFINITY : static_cast<float>(-distance);
  });
  AttentionShape with_sinks = shape;
  with_sinks.sinks = true;
  ExpectExact(with_sinks, [&](int token, int cell) {
    return token != 3 && cell <= shape.cells - shape.tokens + token ? 0.0f : -INFINITY;
  });
  with_sinks.tokens = 1;
  ExpectExact(with_sinks, Causal(with_sinks));
  AttentionShape exact = shape;
  exact.type = GGML_TYPE_F32;
  ExpectExact(exact, Causal(exact));
}

TEST("attention: results do not depend on the number of threads") {
  REQUIRE(InitBackend("").ok());
  AttentionShape shape;
  shape.heads = 14;
  shape.groups = 2;
  for (const int tokens : {1, 8, 40}) {
    shape.tokens = tokens;
    shape.cells = 1500;
    AttentionCase attention(shape, 5, Causal(shape));
    const std::vector<float> one = attention.Compute(1);
    for (const int threads : {2, 3, 7}) CHECK(attention.Compute(threads) == one);
  }
}

TEST("attention: closer to the definition than the engine's own kernel") {
  REQUIRE(InitBackend("").ok());
  AttentionShape shape;
  shape.heads = 8;
  shape.groups = 2;
  shape.cells = 2000;
  AttentionCase attention(shape, 11, Causal(shape));
  const std::vector<double> expected = attention.Reference();
  const double ours = Error(attention.Compute(2), expected);
  UseFlashAttention(false);
  const double engines = Error(attention.Compute(2), expected);
  UseFlashAttention(true);
  CHECK(ours <= engines);
}

TEST("attention: what the kernel does not serve is left to the engine's") {
  REQUIRE(InitBackend("").ok());
  AttentionShape shape;
  shape.heads = 4;
  shape.groups = 2;
  shape.tokens = 5;
  shape.cells = 100;
  shape.type = GGML_TYPE_Q8_0;
  ExpectExact(shape, Causal(shape), 2, 0.05);
  shape.type = GGML_TYPE_F16;
  shape.key_size = shape.value_size = 40;
  ExpectExact(shape, Causal(shape), 2, 0.01);
}
