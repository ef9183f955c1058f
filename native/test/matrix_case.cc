#include "matrix_case.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "ggml-cpu.h"
#include "kernels/matrix/matrix_buffer.h"

namespace abstractllm::test {
namespace {

ggml_context_ptr MakeContext() {
  return ggml_context_ptr(
      ggml_init({ggml_tensor_overhead() * 8 + ggml_graph_overhead(), nullptr, true}));
}

// Where a block of the type keeps its scales, float16.
std::vector<size_t> ScalePlaces(ggml_type type) {
  switch (type) {
    case GGML_TYPE_Q4_K:
    case GGML_TYPE_Q5_K:
      return {0, 2};
    case GGML_TYPE_Q6_K:
      return {ggml_type_size(type) - 2};
    default:
      return {0};
  }
}

}  // namespace

ggml_backend_buffer_type_t PackedLayout() {
  ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  const auto extras =
      reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(ggml_backend_reg_get_proc_address(
          ggml_backend_dev_backend_reg(device), "ggml_backend_dev_get_extra_bufts"));
  for (auto* extra = extras ? extras(device) : nullptr; extra && *extra; ++extra) {
    if (std::strcmp(ggml_backend_buft_name(*extra), kMatrixBufferName) == 0) return *extra;
  }
  return nullptr;
}

MatrixCase::MatrixCase(const MatrixShape& shape, ggml_backend_buffer_type_t layout,
                       const std::vector<char>& rows)
    : shape_(shape),
      backend_(ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr)),
      context_(MakeContext()) {
  weights_ = ggml_new_tensor_2d(context_.get(), shape.type, shape.depth, shape.rows);
  ggml_backend_buffer_ptr buffer(ggml_backend_alloc_ctx_tensors_from_buft(context_.get(), layout));
  const ggml_context_ptr context = MakeContext();
  UseMatrixBuffer(MatrixUse::kAlways);
  ggml_tensor* input = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, shape.depth, shape.columns);
  const bool served =
      ggml_backend_supports_op(backend_.get(), ggml_mul_mat(context.get(), weights_, input));
  UseMatrixBuffer(MatrixUse::kWhereFaster);
  if (!served) return;
  buffer_ = std::move(buffer);
  ggml_backend_tensor_set(weights_, rows.data(), 0, rows.size());
}

std::vector<float> MatrixCase::Compute(const std::vector<float>& columns, int threads,
                                       int gap) const {
  const ggml_context_ptr context = MakeContext();
  const int64_t stride = shape_.depth + gap;
  ggml_tensor* input = ggml_new_tensor_2d(context.get(), GGML_TYPE_F32, stride, shape_.columns);
  ggml_tensor* view = ggml_view_2d(context.get(), input, shape_.depth, shape_.columns,
                                   static_cast<size_t>(stride) * sizeof(float), 0);
  ggml_tensor* output = ggml_mul_mat(context.get(), weights_, view);
  ggml_cgraph* graph = ggml_new_graph(context.get());
  ggml_build_forward_expand(graph, output);
  const ggml_backend_buffer_ptr buffer(
      ggml_backend_alloc_ctx_tensors(context.get(), backend_.get()));
  for (int64_t c = 0; c < shape_.columns; ++c) {
    ggml_backend_tensor_set(input, columns.data() + c * shape_.depth,
                            static_cast<size_t>(c * stride) * sizeof(float),
                            static_cast<size_t>(shape_.depth) * sizeof(float));
  }
  ggml_backend_cpu_set_n_threads(backend_.get(), threads);
  ggml_backend_graph_compute(backend_.get(), graph);
  std::vector<float> result(static_cast<size_t>(shape_.rows * shape_.columns));
  ggml_backend_tensor_get(output, result.data(), 0, result.size() * sizeof(float));
  return result;
}

std::vector<char> NormalRows(const MatrixShape& shape, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<size_t>(shape.rows * shape.depth));
  for (float& value : values) value = normal(random) * 0.02f;
  std::vector<char> rows(ggml_row_size(shape.type, shape.depth) * static_cast<size_t>(shape.rows));
  ggml_quantize_chunk(shape.type, values.data(), rows.data(), 0, shape.rows, shape.depth, nullptr);
  return rows;
}

std::vector<char> ExtremeRows(const MatrixShape& shape, uint32_t seed) {
  constexpr float kScales[] = {0, 6e-8f, -6e-8f, 1e-4f, -0.02f, 1, 65504, -65504};
  std::mt19937 random(seed);
  std::vector<char> rows(ggml_row_size(shape.type, shape.depth) * static_cast<size_t>(shape.rows));
  const size_t block = ggml_type_size(shape.type);
  for (size_t at = 0; at < rows.size(); at += block) {
    // Bits that are all set or all clear are what sums overflow with.
    const uint32_t kind = random() % 4;
    for (size_t i = 0; i < block; ++i) {
      rows[at + i] = static_cast<char>(kind == 0 ? 0xFF : kind == 1 ? 0x80 : random());
    }
    for (const size_t place : ScalePlaces(shape.type)) {
      const ggml_fp16_t scale = ggml_fp32_to_fp16(kScales[random() % std::size(kScales)]);
      std::memcpy(rows.data() + at + place, &scale, sizeof(scale));
    }
  }
  return rows;
}

double MatrixError(const MatrixShape& shape, const std::vector<char>& rows,
                   const std::vector<float>& columns, const std::vector<float>& product) {
  const size_t row_bytes = ggml_row_size(shape.type, shape.depth);
  std::vector<float> row(static_cast<size_t>(shape.depth));
  double squares = 0;
  for (int64_t r = 0; r < shape.rows; ++r) {
    ggml_get_type_traits(shape.type)
        ->to_float(rows.data() + static_cast<size_t>(r) * row_bytes, row.data(), shape.depth);
    for (int64_t c = 0; c < shape.columns; ++c) {
      double sum = 0;
      double size = 1e-300;
      for (int64_t i = 0; i < shape.depth; ++i) {
        const double addend = static_cast<double>(row[static_cast<size_t>(i)]) *
                              columns[static_cast<size_t>(c * shape.depth + i)];
        sum += addend;
        size += std::abs(addend);
      }
      const double error = (product[static_cast<size_t>(c * shape.rows + r)] - sum) / size;
      if (!std::isfinite(error)) return INFINITY;
      squares += error * error;
    }
  }
  return std::sqrt(squares / static_cast<double>(shape.rows * shape.columns));
}

}  // namespace abstractllm::test
