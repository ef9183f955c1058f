// attention_bench [threads] [rounds]: fused attention of the engine and of native/kernels
// on the same numbers, by turns. Nanoseconds of CPU time (on Windows, of time) per pair of
// a query head and a cell; medians.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <vector>

#include "../test/attention_case.h"
#include "backend.h"
#include "kernels/flash_attention.h"
#include "statistics.h"

using namespace abstractllm;
using abstractllm::test::AttentionCase;
using abstractllm::test::AttentionShape;

namespace {

// One after another, so that caches come from memory as they do in a model of layers.
constexpr int kLayers = 6;
constexpr double kPairsPerTurn = 2e6;

double Seconds(const std::vector<std::unique_ptr<AttentionCase>>& layers, int repeats) {
  const std::clock_t start = std::clock();
  for (int i = 0; i < repeats; ++i) layers[i % layers.size()]->Run();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

void Measure(const AttentionShape& shape, ggml_threadpool* pool, int threads, int rounds) {
  std::vector<std::unique_ptr<AttentionCase>> layers;
  for (int i = 0; i < kLayers; ++i) {
    layers.push_back(std::make_unique<AttentionCase>(shape, 1 + i, [&](int token, int cell) {
      return cell <= shape.cells - shape.tokens + token ? 0.0f : -INFINITY;
    }));
    layers.back()->UsePool(pool, threads);
  }
  const double seen = shape.cells - (shape.tokens - 1) / 2.0;  // cells per token
  const double pairs = shape.heads * shape.tokens * seen;
  const int repeats = std::max(kLayers, static_cast<int>(kPairsPerTurn / pairs));
  std::vector<double> times[2];
  for (int round = 0; round < rounds * 2; ++round) {
    UseFlashAttention(round % 2 == 1);
    Seconds(layers, 1);
    times[round % 2].push_back(Seconds(layers, repeats) / repeats);
  }
  const double engine = bench::Median(times[0]);
  const double ours = bench::Median(times[1]);
  const double nanoseconds = 1e9 / pairs;
  std::printf("%2d/%d x %3d %8d %8d %10.2f %10.2f %8.1f\n", shape.heads, shape.groups,
              shape.key_size, shape.tokens, shape.cells, engine * nanoseconds, ours * nanoseconds,
              engine / ours);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 7;
  if (threads < 1 || rounds < 1 || !InitBackend("").ok()) return 1;
  ggml_threadpool_params params = ggml_threadpool_params_default(threads);
  ggml_threadpool* pool = ggml_threadpool_new(&params);
  std::printf("heads        tokens    cells     engine       ours    ratio\n");
  const int heads[][3] = {{14, 2, 64}, {32, 8, 128}, {8, 1, 256}, {12, 12, 64}};
  for (const auto& [count, groups, size] : heads) {
    for (const int cells : {256, 4000}) {
      for (const int tokens : {1, 4, 8, 16, 64, 512}) {
        if (tokens > cells) continue;
        AttentionShape shape;
        shape.heads = count;
        shape.groups = groups;
        shape.key_size = shape.value_size = size;
        shape.tokens = tokens;
        shape.cells = cells;
        Measure(shape, pool, threads, rounds);
      }
    }
  }
  ggml_threadpool_free(pool);
}
