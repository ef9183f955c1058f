// One fused attention as llama.cpp builds it, on random numbers: queries, keys and values
// are permuted views, the latter into a cache that is larger than what is attended to.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "ggml.h"

namespace abstractllm::test {

struct AttentionShape {
  int heads = 1;
  int groups = 1;  // of heads that share keys and values
  int key_size = 64;
  int value_size = 64;
  int tokens = 1;
  int cells = 64;
  int streams = 1;
  ggml_type type = GGML_TYPE_F16;  // of the cache
  float softcap = 0;
  float max_bias = 0;
  bool masked = true;
  bool sinks = false;
};

// Thread: one at a time.
class AttentionCase {
 public:
  // The mask's value for a token and a cell: 0, minus infinity, or what is added.
  using Mask = std::function<float(int token, int cell)>;

  AttentionCase(const AttentionShape& shape, uint32_t seed, const Mask& mask);

  // Has the engine compute it, by default with one thread of its own making.
  void UsePool(ggml_threadpool* pool, int threads);
  bool Run();
  // [stream][token][head][value_size], as the engine computes it.
  std::vector<float> Compute(int threads);
  // The same by the definition, in double precision.
  std::vector<double> Reference() const;

 private:
  struct FreeContext {
    void operator()(ggml_context* context) const { ggml_free(context); }
  };
  struct FreeBuffer {
    void operator()(ggml_backend_buffer_t buffer) const { ggml_backend_buffer_free(buffer); }
  };
  struct FreeBackend {
    void operator()(ggml_backend_t backend) const { ggml_backend_free(backend); }
  };

  // Row (stream, head, row) of a view as double.
  std::vector<double> Row(const ggml_tensor* view, int stream, int head, int row) const;

  AttentionShape shape_;
  std::unique_ptr<ggml_backend, FreeBackend> backend_;
  std::unique_ptr<ggml_context, FreeContext> context_;
  std::unique_ptr<ggml_backend_buffer, FreeBuffer> buffer_;
  ggml_tensor* queries_;
  ggml_tensor* keys_;
  ggml_tensor* values_;
  ggml_tensor* mask_ = nullptr;
  ggml_tensor* sinks_ = nullptr;
  ggml_tensor* output_;
  ggml_cgraph* graph_;
};

}  // namespace abstractllm::test
