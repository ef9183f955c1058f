#include "attention_case.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <type_traits>

namespace abstractllm::test {
namespace {

constexpr int kMoreCells = 3;  // of the cache, behind those that are attended to

void Fill(ggml_tensor* tensor, std::mt19937* random) {
  std::normal_distribution<float> normal;
  std::vector<float> values(ggml_nelements(tensor));
  for (float& value : values) value = normal(*random);
  const auto rows = ggml_nrows(tensor);
  std::vector<uint8_t> bytes(ggml_nbytes(tensor));
  ggml_quantize_chunk(tensor->type, values.data(), bytes.data(), 0, rows, tensor->ne[0], nullptr);
  ggml_backend_tensor_set(tensor, bytes.data(), 0, bytes.size());
}

double Slope(const AttentionShape& shape, int head) {
  if (shape.max_bias == 0) return 1;
  const double whole = std::exp2(std::floor(std::log2(shape.heads)));
  return head < whole ? std::pow(2, -shape.max_bias / whole * (head + 1))
                      : std::pow(2, -shape.max_bias / 2 / whole * (2 * (head - whole) + 1));
}

float Scale(const AttentionShape& shape) {
  return 1 / std::sqrt(static_cast<float>(shape.key_size));
}

}  // namespace

AttentionCase::AttentionCase(const AttentionShape& shape, uint32_t seed, const Mask& mask)
    : shape_(shape), backend_(ggml_backend_init_by_type(GGML_BACKEND_DEVICE_TYPE_CPU, nullptr)) {
  context_.reset(ggml_init({ggml_tensor_overhead() * 32 + ggml_graph_overhead(), nullptr, true}));
  ggml_context* context = context_.get();
  ggml_tensor* queries = ggml_new_tensor_4d(context, GGML_TYPE_F32, shape.key_size, shape.heads,
                                            shape.tokens, shape.streams);
  const auto cache = [&](int size) {
    return ggml_new_tensor_4d(context, shape.type, size, shape.groups, shape.cells + kMoreCells,
                              shape.streams);
  };
  ggml_tensor* keys = cache(shape.key_size);
  ggml_tensor* values = cache(shape.value_size);
  if (shape.masked) {
    mask_ = ggml_new_tensor_4d(context, GGML_TYPE_F16, shape.cells, shape.tokens, 1, shape.streams);
  }
  if (shape.sinks) sinks_ = ggml_new_tensor_1d(context, GGML_TYPE_F32, shape.heads);
  const auto attended = [&](ggml_tensor* all) {
    ggml_tensor* view = ggml_view_4d(context, all, all->ne[0], all->ne[1], shape.cells, all->ne[3],
                                     all->nb[1], all->nb[2], all->nb[3], 0);
    return ggml_permute(context, view, 0, 2, 1, 3);
  };
  queries_ = ggml_permute(context, queries, 0, 2, 1, 3);
  keys_ = attended(keys);
  values_ = attended(values);
  output_ = ggml_flash_attn_ext(context, queries_, keys_, values_, mask_, Scale(shape),
                                shape.max_bias, shape.softcap);
  if (sinks_ != nullptr) ggml_flash_attn_ext_add_sinks(output_, sinks_);
  graph_ = ggml_new_graph(context);
  ggml_build_forward_expand(graph_, output_);
  buffer_.reset(ggml_backend_alloc_ctx_tensors(context, backend_.get()));

  std::mt19937 random(seed);
  for (ggml_tensor* tensor : {queries, keys, values}) Fill(tensor, &random);
  if (sinks_ != nullptr) Fill(sinks_, &random);
  if (mask_ == nullptr) return;
  std::vector<ggml_fp16_t> seen;
  for (int stream = 0; stream < shape.streams; ++stream) {
    for (int token = 0; token < shape.tokens; ++token) {
      for (int cell = 0; cell < shape.cells; ++cell) {
        seen.push_back(ggml_fp32_to_fp16(mask(token, cell)));
      }
    }
  }
  ggml_backend_tensor_set(mask_, seen.data(), 0, seen.size() * sizeof(seen[0]));
}

void AttentionCase::UsePool(ggml_threadpool* pool, int threads) {
  ggml_backend_cpu_set_threadpool(backend_.get(), pool);
  ggml_backend_cpu_set_n_threads(backend_.get(), threads);
}

bool AttentionCase::Run() {
  return ggml_backend_graph_compute(backend_.get(), graph_) == GGML_STATUS_SUCCESS;
}

std::vector<float> AttentionCase::Compute(int threads) {
  ggml_backend_cpu_set_n_threads(backend_.get(), threads);
  std::vector<float> result(ggml_nelements(output_), std::numeric_limits<float>::quiet_NaN());
  ggml_backend_tensor_set(output_, result.data(), 0, ggml_nbytes(output_));
  if (!Run()) return {};
  ggml_backend_tensor_get(output_, result.data(), 0, ggml_nbytes(output_));
  return result;
}

std::vector<double> AttentionCase::Row(const ggml_tensor* view, int stream, int head,
                                       int row) const {
  std::vector<float> values(view->ne[0]);
  const char* from = static_cast<const char*>(view->data) + row * view->nb[1] + head * view->nb[2] +
                     stream * view->nb[3];
  if (view->type == GGML_TYPE_F32) {
    std::copy_n(reinterpret_cast<const float*>(from), values.size(), values.begin());
  } else {
    ggml_get_type_traits(view->type)->to_float(from, values.data(), view->ne[0]);
  }
  return {values.begin(), values.end()};
}

std::vector<double> AttentionCase::Reference() const {
  const double scale = Scale(shape_);
  std::vector<double> result;
  for (int stream = 0; stream < shape_.streams; ++stream) {
    for (int token = 0; token < shape_.tokens; ++token) {
      std::vector<double> bias(shape_.cells);
      if (mask_ != nullptr) bias = Row(mask_, stream, 0, token);
      for (int head = 0; head < shape_.heads; ++head) {
        const int group = head / (shape_.heads / shape_.groups);
        const std::vector<double> query = Row(queries_, stream, head, token);
        std::vector<double> weights(shape_.cells);
        double largest = -INFINITY;
        for (int cell = 0; cell < shape_.cells; ++cell) {
          double score = 0;
          const std::vector<double> key = Row(keys_, stream, group, cell);
          for (int d = 0; d < shape_.key_size; ++d) score += query[d] * key[d];
          score *= scale;
          if (shape_.softcap != 0) score = shape_.softcap * std::tanh(score / shape_.softcap);
          weights[cell] = score + Slope(shape_, head) * bias[cell];
          largest = std::max(largest, weights[cell]);
        }
        double sum = 0;
        if (sinks_ != nullptr) {
          const double sink = static_cast<const float*>(sinks_->data)[head];
          largest = std::max(largest, sink);
          sum = std::exp(sink - largest);
        }
        std::vector<double> output(shape_.value_size);
        for (int cell = 0; cell < shape_.cells && largest > -INFINITY; ++cell) {
          const double weight = std::exp(weights[cell] - largest);
          if (weight == 0) continue;
          sum += weight;
          const std::vector<double> value = Row(values_, stream, group, cell);
          for (int d = 0; d < shape_.value_size; ++d) output[d] += weight * value[d];
        }
        for (const double value : output) result.push_back(sum == 0 ? 0 : value / sum);
      }
    }
  }
  return result;
}

}  // namespace abstractllm::test
