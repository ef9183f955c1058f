#include <random>
#include <string>
#include <vector>

#include "backend.h"
#include "check.h"
#include "ggml-cpu.h"
#include "matrix_case.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr ggml_type kTypes[] = {GGML_TYPE_Q4_0, GGML_TYPE_Q8_0, GGML_TYPE_Q4_K, GGML_TYPE_Q5_K,
                                GGML_TYPE_Q6_K};

std::string Describe(const MatrixShape& shape) {
  return std::string(ggml_type_name(shape.type)) + ", " + std::to_string(shape.rows) + " rows of " +
         std::to_string(shape.depth) + ", " + std::to_string(shape.columns) + " columns";
}

std::vector<float> NormalColumns(const MatrixShape& shape, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> columns(static_cast<size_t>(shape.depth * shape.columns));
  for (float& value : columns) value = normal(random);
  return columns;
}

// The packed product is at most a tenth less exact than the engine's own for the type.
void ExpectExact(const MatrixShape& shape, const std::vector<char>& rows,
                 const std::vector<float>& columns, int threads = 2) {
  const MatrixCase packed(shape, PackedLayout(), rows);
  if (!packed.served()) return;
  const MatrixCase plain(shape, ggml_backend_cpu_buffer_type(), rows);
  const double error = MatrixError(shape, rows, columns, packed.Compute(columns, threads));
  const double theirs = MatrixError(shape, rows, columns, plain.Compute(columns, threads));
  // Few results differ by chance.
  const double slack = shape.rows * shape.columns < 500 ? 2 : 1.1;
  if (error <= theirs * slack + 1e-7) return;
  Fail(__FILE__, __LINE__,
       Describe(shape) + ": off by " + std::to_string(error * 1e6) + "e-6, the engine by " +
           std::to_string(theirs * 1e6) + "e-6");
}

int64_t Depth(ggml_type type, int64_t blocks) { return ggml_blck_size(type) * blocks; }

}  // namespace

TEST("matrix: numbers of rows, of columns and of blocks") {
  REQUIRE(InitBackend("").ok());
  if (PackedLayout() == nullptr) return;
  for (const ggml_type type : kTypes) {
    for (const int64_t blocks : {1, 3, 8}) {
      for (const int64_t rows : {16, 32, 48, 112}) {
        for (const int64_t columns : {1, 2, 3, 4, 5, 6, 7, 8, 13, 16, 27, 33, 70}) {
          const MatrixShape shape = {type, Depth(type, blocks), rows, columns};
          ExpectExact(shape, NormalRows(shape, 1), NormalColumns(shape, 2));
        }
      }
    }
  }
}

TEST("matrix: extreme weights") {
  REQUIRE(InitBackend("").ok());
  if (PackedLayout() == nullptr) return;
  for (const ggml_type type : kTypes) {
    for (uint32_t seed = 0; seed < 20; ++seed) {
      const MatrixShape shape = {type, Depth(type, 4), 32, 7};
      ExpectExact(shape, ExtremeRows(shape, seed), NormalColumns(shape, seed));
    }
  }
}

TEST("matrix: columns of zeros, of one number, of tiny and of huge numbers") {
  REQUIRE(InitBackend("").ok());
  if (PackedLayout() == nullptr) return;
  for (const ggml_type type : kTypes) {
    const MatrixShape shape = {type, Depth(type, 4), 32, 5};
    const std::vector<char> rows = NormalRows(shape, 5);
    const auto size = static_cast<size_t>(shape.depth * shape.columns);
    ExpectExact(shape, rows, std::vector<float>(size));
    ExpectExact(shape, rows, std::vector<float>(size, -3.0f));
    std::vector<float> outlier(size);
    outlier[size / 2] = 1000;
    ExpectExact(shape, rows, outlier);
    for (const float factor : {1e-25f, 1e-3f, 1e6f}) {
      std::vector<float> columns = NormalColumns(shape, 6);
      for (float& value : columns) value *= factor;
      ExpectExact(shape, rows, columns);
    }
  }
}

TEST("matrix: results do not depend on the number of threads, nor on where columns lie") {
  REQUIRE(InitBackend("").ok());
  if (PackedLayout() == nullptr) return;
  for (const ggml_type type : kTypes) {
    const MatrixShape shape = {type, Depth(type, 6), 208, 19};
    const MatrixCase packed(shape, PackedLayout(), NormalRows(shape, 3));
    if (!packed.served()) continue;
    const std::vector<float> columns = NormalColumns(shape, 4);
    const std::vector<float> expected = packed.Compute(columns, 1);
    CHECK(packed.Compute(columns, 2) == expected);
    CHECK(packed.Compute(columns, 5) == expected);
    CHECK(packed.Compute(columns, 2, 3) == expected);
  }
}

TEST("matrix: weights come back as they were, and may arrive in pieces") {
  REQUIRE(InitBackend("").ok());
  if (PackedLayout() == nullptr) return;
  for (const ggml_type type : kTypes) {
    const MatrixShape shape = {type, Depth(type, 3), 64, 1};
    const std::vector<char> rows = ExtremeRows(shape, 9);
    const MatrixCase packed(shape, PackedLayout(), rows);
    if (!packed.served()) continue;
    std::vector<char> back(rows.size());
    ggml_backend_tensor_get(packed.weights(), back.data(), 0, back.size());
    CHECK(back == rows);
    const std::vector<char> zeros(rows.size());
    ggml_backend_tensor_set(packed.weights(), zeros.data(), 0, zeros.size());
    const size_t pieces[] = {0, 5, rows.size() / 3, rows.size() / 2 + 1, rows.size()};
    for (size_t i = 0; i + 1 < std::size(pieces); ++i) {
      const size_t size = pieces[i + 1] - pieces[i];
      ggml_backend_tensor_set(packed.weights(), rows.data() + pieces[i], pieces[i], size);
      ggml_backend_tensor_get(packed.weights(), back.data() + pieces[i], pieces[i], size);
    }
    CHECK(back == rows);
    ggml_backend_tensor_get(packed.weights(), back.data(), 0, back.size());
    CHECK(back == rows);
  }
}

TEST("matrix: what is not packed stays with the engine") {
  REQUIRE(InitBackend("").ok());
  if (PackedLayout() == nullptr) return;
  for (const ggml_type type : kTypes) {
    const MatrixShape odd = {type, Depth(type, 1), 17, 1};
    CHECK(!MatrixCase(odd, PackedLayout(), NormalRows(odd, 1)).served());
  }
  const MatrixShape other = {GGML_TYPE_IQ4_NL, 256, 32, 1};
  CHECK(!MatrixCase(other, PackedLayout(), NormalRows(other, 1)).served());
}
