// Collects random tensors and metadata, and writes them as GGUF.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "ggml-cpp.h"
#include "ggml.h"
#include "gguf.h"

namespace abstractllm::bench {

// Rows of a matrix that are not like the others.
struct SpecialRows {
  int64_t faint = 0;  // so many at its beginning are a sixteenth of the others
  int64_t zero = -1;  // the number of one that is zero; none if negative
};

// Owns: everything it collects, in memory until it is destroyed.
class ModelWriter {
 public:
  explicit ModelWriter(ggml_type matrix_type);

  gguf_context* metadata() { return file_.get(); }

  // `columns` must be a multiple of the matrix type's block.
  void Matrix(const std::string& name, int64_t columns, int64_t rows, SpecialRows special = {});
  // f32, all elements the same.
  void Constant(const std::string& name, int64_t columns, int64_t rows, float value);
  void Vector(const std::string& name, int64_t size, float value) {
    Constant(name, size, 1, value);
  }

  bool Write(const std::string& path) const;

 private:
  // The memory of a new tensor.
  std::vector<char>& Add(const std::string& name, ggml_type type, int64_t columns, int64_t rows);

  ggml_type matrix_type_;
  gguf_context_ptr file_;
  ggml_context_ptr tensors_;
  std::vector<std::vector<char>> data_;
  std::mt19937 random_{42};
};

}  // namespace abstractllm::bench
