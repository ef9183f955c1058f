#include "matrix/matrix_buffer.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <thread>
#include <vector>

#include "ggml-backend-impl.h"
#include "ggml-cpu-impl.h"
#include "ggml-cpu.h"
#include "matrix/matrix_kernel.h"
#include "matrix/matrix_op.h"
#include "traits.h"

namespace abstractllm {

#ifdef ABSTRACTLLM_MATRIX
namespace {

std::atomic<MatrixUse> use{MatrixUse::kWhereFaster};

bool IsWanted(ggml_type type) {
  const MatrixUse now = use.load(std::memory_order_relaxed);
  return now == MatrixUse::kAlways || (now == MatrixUse::kWhereFaster && IsFaster(type));
}

ggml_backend_buffer_type_t BufferType();

bool IsPacked(const ggml_tensor* tensor) {
  return tensor != nullptr && tensor->buffer != nullptr && tensor->buffer->buft == BufferType();
}

class Traits : public ggml::cpu::tensor_traits {
 public:
  bool work_size(int threads, const ggml_tensor* op, size_t& size) override {
    size = MatrixOpBytes(op, threads);
    return true;
  }
  bool compute_forward(ggml_compute_params* params, ggml_tensor* op) override {
    ComputeMatrixOp(params, op);
    return true;
  }
};

class ExtraType : public ggml::cpu::extra_buffer_type {
 public:
  bool supports_op(ggml_backend_dev_t, const ggml_tensor* op) override {
    if (op->op != GGML_OP_MUL_MAT || !IsWanted(op->src[0]->type)) return false;
    const ggml_backend_buffer_t input = op->src[1]->buffer;
    return IsPacked(op->src[0]) && IsMatrixOp(op) &&
           (input == nullptr || ggml_backend_buft_is_host(input->buft));
  }

  ggml::cpu::tensor_traits* get_tensor_traits(const ggml_tensor* op) override {
    return op->op == GGML_OP_MUL_MAT && IsPacked(op->src[0]) ? &traits_ : nullptr;
  }

 private:
  Traits traits_;
};

// Calls visit(group, first row's offset in the tensor) for the groups that have some of the
// bytes [offset, offset + size).
template <typename Visit>
void ForEachGroup(const ggml_tensor* tensor, size_t offset, size_t size, Visit visit) {
  const size_t group_bytes = tensor->nb[1] * kGroupRows;
  for (size_t at = offset / group_bytes * group_bytes; at < offset + size; at += group_bytes) {
    visit(static_cast<char*>(tensor->data) + at, at);
  }
}

// The bytes that a group starting at `at` and [offset, offset + size) have in common.
struct Overlap {
  size_t begin, end;
};
Overlap OverlapOf(const ggml_tensor* tensor, size_t at, size_t offset, size_t size) {
  return {std::max(at, offset), std::min(at + tensor->nb[1] * kGroupRows, offset + size)};
}

// Bytes that are written into a tensor.
struct Piece {
  ggml_tensor* tensor;
  const char* data;
  size_t offset, size;

  size_t group_bytes() const { return tensor->nb[1] * kGroupRows; }

  // The groups [begin, end), all of whose bytes are in the piece. Throws nothing.
  void PackWhole(size_t begin, size_t end) const {
    const MatrixKernel* kernel = FindMatrixKernel(tensor->type);
    for (size_t at = begin * group_bytes(); at < end * group_bytes(); at += group_bytes()) {
      kernel->pack(data + (at - offset), tensor->nb[1], tensor->ne[0],
                   static_cast<char*>(tensor->data) + at);
    }
  }

  // A group that has other bytes, too, which stay what they are.
  void PackPart(size_t index) const {
    const MatrixKernel* kernel = FindMatrixKernel(tensor->type);
    const size_t at = index * group_bytes();
    char* group = static_cast<char*>(tensor->data) + at;
    const Overlap part = OverlapOf(tensor, at, offset, size);
    std::vector<char> rows(group_bytes());
    kernel->unpack(group, tensor->ne[0], rows.data(), tensor->nb[1]);
    std::memcpy(rows.data() + part.begin - at, data + (part.begin - offset), part.end - part.begin);
    kernel->pack(rows.data(), tensor->nb[1], tensor->ne[0], group);
  }
};

// The loader calls from one thread, and waits: large pieces are packed by several.
void SetTensor(ggml_backend_buffer_t, ggml_tensor* tensor, const void* data, size_t offset,
               size_t size) {
  constexpr size_t kBytesPerThread = 256 << 10;
  constexpr size_t kMostThreads = 8;
  const Piece piece = {tensor, static_cast<const char*>(data), offset, size};
  const size_t group_bytes = piece.group_bytes();
  // Only the first and the last group may have other bytes, too.
  size_t first = offset / group_bytes;
  size_t last = (offset + size + group_bytes - 1) / group_bytes;
  if (first < last && offset % group_bytes != 0) piece.PackPart(first++);
  if (first < last && (offset + size) % group_bytes != 0) piece.PackPart(--last);
  const size_t groups = last - first;
  const size_t count =
      std::max<size_t>(1, std::min({kMostThreads, size_t{std::thread::hardware_concurrency()},
                                    size / kBytesPerThread, groups}));
  const auto begin = [&](size_t i) { return first + groups * i / count; };
  std::vector<std::thread> threads;
  size_t started = 1;
  try {
    for (; started < count; ++started) {
      threads.emplace_back([&, i = started] { piece.PackWhole(begin(i), begin(i + 1)); });
    }
  } catch (const std::exception&) {
    // No more threads or memory for them: this one does the rest.
  }
  piece.PackWhole(begin(0), begin(1));
  piece.PackWhole(begin(started), begin(count));
  for (std::thread& thread : threads) thread.join();
}

void GetTensor(ggml_backend_buffer_t, const ggml_tensor* tensor, void* data, size_t offset,
               size_t size) {
  const MatrixKernel* kernel = FindMatrixKernel(tensor->type);
  const size_t stride = tensor->nb[1];
  char* bytes = static_cast<char*>(data) - offset;
  std::vector<char> rows(stride * kGroupRows);
  ForEachGroup(tensor, offset, size, [&](char* group, size_t at) {
    const Overlap part = OverlapOf(tensor, at, offset, size);
    kernel->unpack(group, tensor->ne[0], rows.data(), stride);
    std::memcpy(bytes + part.begin, rows.data() + part.begin - at, part.end - part.begin);
  });
}

ggml_backend_buffer_t Allocate(ggml_backend_buffer_type_t type, size_t size) {
  ggml_backend_buffer_t buffer =
      ggml_backend_buft_alloc_buffer(ggml_backend_cpu_buffer_type(), size);
  if (buffer == nullptr) return nullptr;
  buffer->buft = type;
  buffer->iface.set_tensor = SetTensor;
  buffer->iface.get_tensor = GetTensor;
  buffer->iface.memset_tensor = nullptr;
  buffer->iface.cpy_tensor = nullptr;
  return buffer;
}

ggml_backend_buffer_type_t BufferType() {
  constexpr size_t kAlignment = 64;
  static ExtraType extra;
  static ggml_backend_buffer_type type = {
      {[](ggml_backend_buffer_type_t) { return kMatrixBufferName; }, Allocate,
       [](ggml_backend_buffer_type_t) { return kAlignment; }, nullptr, nullptr, nullptr},
      ggml_backend_reg_dev_get(ggml_backend_cpu_reg(), 0),
      &extra};
  return &type;
}

}  // namespace

void RegisterMatrixBuffer() {
  auto& types = ggml_backend_cpu_get_extra_buffer_types();
  if (std::find(types.begin(), types.end(), BufferType()) != types.end()) return;
  types.insert(types.begin(), BufferType());
}

void UseMatrixBuffer(MatrixUse which) { use = which; }
#else
void RegisterMatrixBuffer() {}
void UseMatrixBuffer(MatrixUse) {}
#endif

}  // namespace abstractllm
