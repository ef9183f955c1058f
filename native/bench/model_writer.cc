#include "model_writer.h"

#include <algorithm>
#include <cstring>

namespace abstractllm::bench {
namespace {

constexpr size_t kMostTensors = 1024;
// So many rows of a matrix differ, the others repeat them: random enough for caches and
// branch predictors, and fast to make.
constexpr int64_t kDistinctRows = 64;

}  // namespace

ModelWriter::ModelWriter(ggml_type matrix_type)
    : matrix_type_(matrix_type),
      file_(gguf_init_empty()),
      tensors_(ggml_init({kMostTensors * ggml_tensor_overhead(), nullptr, /*no_alloc=*/true})) {
  // The tensors point into its elements' memory, which moving them keeps.
  data_.reserve(kMostTensors);
}

void ModelWriter::Matrix(const std::string& name, int64_t columns, int64_t rows,
                         SpecialRows special) {
  constexpr float kDeviation = 0.02f;
  std::vector<char>& data = Add(name, matrix_type_, columns, rows);
  const auto row_bytes = static_cast<int64_t>(ggml_row_size(matrix_type_, columns));
  std::vector<float> row(static_cast<size_t>(columns));
  const auto write = [&](int64_t at, float deviation) {
    std::normal_distribution<float> normal(0.0f, deviation);
    for (float& value : row) value = deviation > 0 ? normal(random_) : 0;
    ggml_quantize_chunk(matrix_type_, row.data(), data.data() + at * row_bytes, 0, 1, columns,
                        nullptr);
  };
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t first = r < special.faint ? 0 : special.faint;
    if (r < first + kDistinctRows) {
      write(r, r < special.faint ? kDeviation / 16 : kDeviation);
      continue;
    }
    std::memcpy(data.data() + r * row_bytes,
                data.data() + (first + (r - first) % kDistinctRows) * row_bytes,
                static_cast<size_t>(row_bytes));
  }
  if (special.zero >= 0) write(special.zero, 0);
}

void ModelWriter::Constant(const std::string& name, int64_t columns, int64_t rows, float value) {
  std::vector<char>& data = Add(name, GGML_TYPE_F32, columns, rows);
  const std::vector<float> values(static_cast<size_t>(columns * rows), value);
  std::memcpy(data.data(), values.data(), data.size());
}

bool ModelWriter::Write(const std::string& path) const {
  return gguf_write_to_file(file_.get(), path.c_str(), /*only_meta=*/false);
}

std::vector<char>& ModelWriter::Add(const std::string& name, ggml_type type, int64_t columns,
                                    int64_t rows) {
  ggml_tensor* tensor = rows == 1 ? ggml_new_tensor_1d(tensors_.get(), type, columns)
                                  : ggml_new_tensor_2d(tensors_.get(), type, columns, rows);
  ggml_set_name(tensor, name.c_str());
  data_.emplace_back(ggml_nbytes(tensor));
  tensor->data = data_.back().data();
  gguf_add_tensor(file_.get(), tensor);
  return data_.back();
}

}  // namespace abstractllm::bench
