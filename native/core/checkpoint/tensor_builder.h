// Makes rows of a model's tensors out of a checkpoint: gathers them from the source files,
// adds, converts, quantises. In parallel, straight into where they are wanted.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "checkpoint/plan_check.h"
#include "checkpoint/random_access_file.h"
#include "checkpoint/worker_pool.h"
#include "status.h"

namespace abstractllm {

// Thread: one caller at a time. Owns: nothing but scratch memory, a few megabytes for each
// thread; files, tensors and pool must outlive it.
class TensorBuilder {
 public:
  // Called on the calling thread with bytes made since the last call; false stops.
  using Tick = std::function<bool(uint64_t bytes)>;

  TensorBuilder(const std::vector<std::unique_ptr<RandomAccessFile>>& files,
                const std::vector<std::string>& paths, WorkerPool* pool);
  ~TensorBuilder();

  // Writes rows first to first + count - 1 to `out`, which takes count * row_bytes.
  // Errors: kAborted, kModelLoading (a file that cannot be read any more),
  // kUnsupportedModel (numbers that cannot be quantised).
  Status Build(const CheckedTensor& tensor, uint64_t first, uint64_t count, void* out,
               const Tick& tick);

  // Asks the system to read a tensor's sources.
  void Announce(const CheckedTensor& tensor) const;

 private:
  struct Scratch;
  Status BuildChunk(const CheckedTensor& tensor, uint64_t first, uint64_t count, uint8_t* out,
                    Scratch* scratch) const;

  const std::vector<std::unique_ptr<RandomAccessFile>>& files_;
  const std::vector<std::string>& paths_;
  WorkerPool* pool_;
  std::vector<std::unique_ptr<Scratch>> scratch_;  // one for each worker
};

}  // namespace abstractllm
