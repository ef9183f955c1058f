// Times ggml's matrix products by type, layout of the weights and number of columns:
//   matrix_bench [threads [types [models [layouts]]]]
// each a list such as q8_0,q4_K, or "all".
// Beside them stand what this machine does at most: bytes read, and products of int8 and bf16
// by AVX-512 (of AMX, eight times the first).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "backend.h"
#include "ggml-backend.h"
#include "ggml-cpp.h"
#include "ggml-cpu.h"
#include "ggml.h"
#include "kernels/matrix/matrix_buffer.h"
#if defined(__AVX512VNNI__)
#include <immintrin.h>
#endif

namespace {

constexpr size_t kColdBytes = 256 << 20;  // of weights: few columns have to read them from memory
constexpr int kRuns = 3;

double Seconds() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

template <typename F>
double Best(int runs, F run) {
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const double begin = Seconds();
    run();
    best = std::min(best, Seconds() - begin);
  }
  return best;
}

template <typename F>
void OnThreads(int n, F work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < n; ++i) threads.emplace_back([&, i] { work(i); });
  for (auto& thread : threads) thread.join();
}

void PrintPeaks(int threads) {
  const size_t words = (size_t{512} << 20) / sizeof(uint64_t);
  const std::vector<uint64_t> memory(words, 1);
  std::vector<uint64_t> sums(threads * 8);
  const double read = Best(kRuns, [&] {
    OnThreads(threads, [&](int thread) {
      uint64_t sum = 0;
      for (size_t i = words / threads * thread; i < words / threads * (thread + 1); ++i) {
        sum += memory[i];
      }
      sums[thread * 8] += sum;
    });
  });
  std::printf("reads %.1f GB/s\n", words * sizeof(uint64_t) / read / 1e9);
#if defined(__AVX512VNNI__)
  constexpr int kSteps = 20'000'000;
  const double vnni = Best(kRuns, [&] {
    OnThreads(threads, [&](int) {
      __m512i a = _mm512_set1_epi8(1);
      __m512i acc[12] = {};
      for (int i = 0; i < kSteps / 12; ++i) {
#pragma GCC unroll 12
        for (int k = 0; k < 12; ++k) acc[k] = _mm512_dpbusd_epi32(acc[k], a, a);
        asm volatile("" : "+v"(a));
      }
      for (__m512i& sum : acc) asm volatile("" : "+v"(sum));
    });
  });
  std::printf("VNNI %.0f Gmac/s\n", double(threads) * kSteps * 64 / vnni / 1e9);
#endif
#if defined(__AVX512BF16__)
  const double bf16 = Best(kRuns, [&] {
    OnThreads(threads, [&](int) {
      __m512i a = _mm512_set1_epi16(0x3f80);
      __m512 acc[12] = {};
      for (int i = 0; i < kSteps / 12; ++i) {
#pragma GCC unroll 12
        for (int k = 0; k < 12; ++k) acc[k] = _mm512_dpbf16_ps(acc[k], (__m512bh)a, (__m512bh)a);
        asm volatile("" : "+v"(a));
      }
      for (__m512& sum : acc) asm volatile("" : "+v"(sum));
    });
  });
  std::printf("AVX512_BF16 %.0f Gmac/s\n", double(threads) * kSteps * 32 / bf16 / 1e9);
#endif
}

// Of a weight matrix, rows and numbers of a row.
struct Shape {
  const char* model;
  int64_t rows, depth;
};
constexpr Shape kShapes[] = {{"8B", 4096, 4096}, {"8B", 14336, 4096}, {"8B", 4096, 14336},
                             {"1B", 2048, 2048}, {"1B", 8192, 2048},  {"0.5B", 896, 896},
                             {"0.5B", 128, 896}, {"0.5B", 4864, 896}, {"0.5B", 896, 4864}};

std::vector<char> RandomMatrix(ggml_type type, const Shape& shape) {
  constexpr int64_t kRows = 64;  // repeated: quantising takes longer than measuring
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> values(shape.depth * kRows);
  for (float& value : values) value = normal(random) * 0.02f;
  const size_t row = ggml_row_size(type, shape.depth);
  std::vector<char> data(row * shape.rows);
  ggml_quantize_chunk(type, values.data(), data.data(), 0, kRows, shape.depth, nullptr);
  for (int64_t i = kRows; i < shape.rows; ++i) {
    std::copy_n(data.data() + i % kRows * row, row, data.data() + i * row);
  }
  return data;
}

ggml_context_ptr MakeContext() {
  return ggml_context_ptr(ggml_init(
      {ggml_tensor_overhead() * 4096 + ggml_graph_overhead_custom(4096, false), nullptr, true}));
}

void Measure(ggml_backend_t backend, ggml_type type, const Shape& shape,
             ggml_backend_buffer_type_t layout) {
  const std::vector<char> data = RandomMatrix(type, shape);
  const auto matrices = static_cast<int>(std::min<size_t>(2000, kColdBytes / data.size() + 1));
  const ggml_context_ptr weights = MakeContext();
  for (int i = 0; i < matrices; ++i)
    ggml_new_tensor_2d(weights.get(), type, shape.depth, shape.rows);
  const ggml_backend_buffer_ptr weight_buffer(
      ggml_backend_alloc_ctx_tensors_from_buft(weights.get(), layout));
  if (!weight_buffer) return;

  // Many columns take long; small matrices are measured several times.
  const int most = static_cast<int>(std::max<int64_t>(1, (4 << 20) / (shape.rows * shape.depth)));
  bool filled = false;
  for (const int columns : {1, 2, 4, 8, 16, 512}) {
    const ggml_context_ptr context = MakeContext();
    ggml_tensor* input = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, shape.depth, columns);
    ggml_cgraph* graph = ggml_new_graph_custom(context.get(), 4096, false);
    int used = 0;
    for (ggml_tensor* w = ggml_get_first_tensor(weights.get()); w && (columns < 512 || used < most);
         w = ggml_get_next_tensor(weights.get(), w), ++used) {
      ggml_build_forward_expand(graph, ggml_mul_mat(context.get(), w, input));
    }
    if (!ggml_backend_supports_op(backend, ggml_graph_node(graph, 0))) return;
    // After the question: a layout may refuse types only when it sees an operation.
    if (!filled) {
      const double begin = Seconds();
      for (ggml_tensor* w = ggml_get_first_tensor(weights.get()); w;
           w = ggml_get_next_tensor(weights.get(), w)) {
        ggml_backend_tensor_set(w, data.data(), 0, data.size());
      }
      std::printf("%-5s %-4s %-12s loads %.2f GB/s\n", ggml_type_name(type), shape.model,
                  ggml_backend_buft_name(layout),
                  static_cast<double>(matrices * data.size()) / (Seconds() - begin) / 1e9);
    }
    filled = true;
    const ggml_backend_buffer_ptr buffer(ggml_backend_alloc_ctx_tensors(context.get(), backend));
    std::vector<float> values(shape.depth * columns);
    std::mt19937 random(2);
    std::normal_distribution<float> normal;
    for (float& value : values) value = normal(random);
    ggml_backend_tensor_set(input, values.data(), 0, values.size() * sizeof(float));
    const double seconds = Best(kRuns, [&] { ggml_backend_graph_compute(backend, graph); });
    std::printf("%-5s %-4s %5d x %5d  %-12s columns %3d  %7.2f GB/s  %7.1f Gmac/s\n",
                ggml_type_name(type), shape.model, static_cast<int>(shape.rows),
                static_cast<int>(shape.depth), ggml_backend_buft_name(layout), columns,
                static_cast<double>(used * data.size()) / seconds / 1e9,
                static_cast<double>(used * shape.rows * shape.depth * columns) / seconds / 1e9);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 2;
  const auto wanted = [&](int argument, const std::string& name) {
    if (argc <= argument || std::string(argv[argument]) == "all") return true;
    return ("," + std::string(argv[argument]) + ",").find("," + name + ",") != std::string::npos;
  };
  if (!abstractllm::InitBackend("").ok()) return 1;
  abstractllm::UseMatrixBuffer(abstractllm::MatrixUse::kAlways);
  PrintPeaks(threads);
  const ggml_backend_ptr backend(ggml_backend_cpu_init());
  ggml_backend_cpu_set_n_threads(backend.get(), threads);
  ggml_backend_dev_t device = ggml_backend_get_device(backend.get());
  std::vector<ggml_backend_buffer_type_t> layouts = {ggml_backend_cpu_buffer_type()};
  const auto extras =
      reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(ggml_backend_reg_get_proc_address(
          ggml_backend_dev_backend_reg(device), "ggml_backend_dev_get_extra_bufts"));
  for (auto* extra = extras ? extras(device) : nullptr; extra && *extra; ++extra) {
    layouts.push_back(*extra);
  }
  for (const ggml_type type : {GGML_TYPE_Q8_0, GGML_TYPE_Q4_0, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K,
                               GGML_TYPE_Q6_K, GGML_TYPE_BF16, GGML_TYPE_F16}) {
    if (!wanted(2, ggml_type_name(type))) continue;
    for (const Shape& shape : kShapes) {
      if (!wanted(3, shape.model)) continue;
      for (auto* layout : layouts) {
        if (wanted(4, ggml_backend_buft_name(layout))) {
          Measure(backend.get(), type, shape, layout);
        }
      }
    }
  }
}
