// A GGUF file that does not exist: any of its bytes, made when they are read.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "checkpoint/gguf_header_builder.h"
#include "checkpoint/plan_check.h"
#include "checkpoint/tensor_builder.h"
#include "status.h"

namespace abstractllm {

// Whole rows are made where the reader wants them: reading a model takes no memory beyond
// the reader's own. Thread: one at a time. Owns: little; what
// it is given must outlive it.
class VirtualGguf {
 public:
  using Progress = std::function<bool(uint64_t done, uint64_t total)>;

  // `progress` is called on the reading thread with bytes of tensors; false stops reading.
  VirtualGguf(const GgufImage& image, const std::vector<CheckedTensor>& tensors,
              TensorBuilder* builder, Progress progress);

  uint64_t size() const { return image_.size_bytes; }
  uint64_t header_size() const { return image_.header.size(); }
  // Up to `count` bytes from `offset`, at most to the end of the header or of the tensor in
  // which that lies: nothing is made that was not asked for. None only at the file's end.
  // False on a failure, after which there is no use in reading on.
  bool Read(uint64_t offset, void* out, size_t count, size_t* got);
  // Why Read failed.
  const Status& failure() const { return failure_; }

 private:
  bool ReadTensor(size_t index, uint64_t offset, uint8_t* out, size_t count);
  bool ReadPartOfRow(size_t index, uint64_t row, uint64_t offset, uint8_t* out, size_t count);
  bool Build(size_t index, uint64_t first, uint64_t count, void* out);
  bool Report(uint64_t bytes);

  const GgufImage& image_;
  const std::vector<CheckedTensor>& tensors_;
  TensorBuilder* builder_;
  Progress progress_;
  uint64_t total_ = 0;
  uint64_t done_ = 0;
  uint64_t reported_ = 0;
  size_t announced_ = 0;
  // The last row of which only a part was read: the next read often begins inside it.
  std::vector<uint8_t> row_;
  size_t row_tensor_ = 0;
  uint64_t row_index_ = 0;
  Status failure_;
};

}  // namespace abstractllm
