#include "checkpoint/tensor_builder.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <exception>
#include <mutex>
#include <new>

#include "checkpoint/row_gather.h"
#include "load_error.h"

namespace abstractllm {
namespace {

// What one thread converts at a time: enough to pay for a call to the system, little
// enough for its cache, and the grain of progress and abort.
constexpr uint64_t kChunkElements = uint64_t{1} << 16;
// A transposed source is read in stretches as long as a chunk has rows.
constexpr uint64_t kTransposedRows = 64;

uint64_t RowsPerChunk(const CheckedTensor& tensor) {
  uint64_t rows = std::max<uint64_t>(1, kChunkElements / tensor.columns);
  for (const CheckedSegment& segment : tensor.segments) {
    if (segment.transpose) rows = std::max(rows, kTransposedRows);
  }
  return rows;
}

}  // namespace

struct TensorBuilder::Scratch {
  std::vector<uint8_t> stored;
  std::vector<uint8_t> buffer;  // of GatherRows
  std::vector<float> floats;
};

TensorBuilder::TensorBuilder(const std::vector<std::unique_ptr<RandomAccessFile>>& files,
                             const std::vector<std::string>& paths, WorkerPool* pool)
    : files_(files), paths_(paths), pool_(pool) {
  for (size_t i = 0; i < pool_->workers(); ++i) scratch_.push_back(std::make_unique<Scratch>());
}

TensorBuilder::~TensorBuilder() = default;

Status TensorBuilder::BuildChunk(const CheckedTensor& tensor, uint64_t first, uint64_t count,
                                 uint8_t* out, Scratch* scratch) const {
  const auto columns = static_cast<size_t>(tensor.columns);
  if (tensor.segments.empty()) {
    std::memcpy(out, tensor.values.data() + first * columns, count * columns * sizeof(float));
    return Status::Ok();
  }
  const auto begin = tensor.segment_starts.begin();
  auto index =
      static_cast<size_t>(std::upper_bound(begin, tensor.segment_starts.end(), first) - begin - 1);
  while (count > 0) {
    const CheckedSegment& segment = tensor.segments[index];
    const uint64_t inside = first - tensor.segment_starts[index];
    const uint64_t part = std::min(count, segment.row_count - inside);
    if (part == 0) {  // of a segment without rows
      ++index;
      continue;
    }
    const auto elements = static_cast<size_t>(part) * columns;
    const SourceType type = segment.source.type;
    const bool as_stored =
        EngineTypeOf(type) == tensor.type && tensor.scale == 1 && tensor.add == 0;
    if (!as_stored) scratch->stored.resize(elements * SourceTypeSize(type));
    uint8_t* stored = as_stored ? out : scratch->stored.data();
    if (!GatherRows(*files_[segment.source.file], segment, tensor.columns, inside, part, stored,
                    &scratch->buffer)) {
      return CannotLoad(paths_[segment.source.file],
                        "the data of the tensor " + Show(tensor.name) + " cannot be read any more",
                        "Check that nothing changes the file, and its disk.",
                        {{"tensor", tensor.name}});
    }
    if (!as_stored) {
      scratch->floats.resize(elements);
      float* floats = scratch->floats.data();
      ConvertToFloat(type, stored, floats, elements);
      if (tensor.scale != 1 || tensor.add != 0) {
        for (size_t i = 0; i < elements; ++i) floats[i] = floats[i] * tensor.scale + tensor.add;
      }
      if (ggml_is_quantized(tensor.type) && !AllFinite(floats, elements)) {
        return Status::Error(Code::kUnsupportedModel,
                             "The tensor " + Show(tensor.name) + " of \"" +
                                 paths_[segment.source.file] +
                                 "\" has numbers that are infinite or NaN, so it cannot be "
                                 "quantised. Load it without quantization.",
                             {{"path", paths_[segment.source.file]}, {"tensor", tensor.name}});
      }
      ConvertFromFloat(tensor.type, floats, out, elements, columns);
    }
    out += part * tensor.row_bytes;
    first += part;
    count -= part;
    ++index;
  }
  return Status::Ok();
}

Status TensorBuilder::Build(const CheckedTensor& tensor, uint64_t first, uint64_t count, void* out,
                            const Tick& tick) {
  const uint64_t rows = RowsPerChunk(tensor);
  const auto chunks = static_cast<size_t>((count + rows - 1) / rows);
  std::atomic<uint64_t> done{0};
  std::mutex mutex;
  Status failure;  // guarded by `mutex` until Run returns
  uint64_t reported = 0;
  bool stopped = false;
  const auto work = [&](size_t worker, size_t chunk) {
    const uint64_t start = chunk * rows;
    const uint64_t part = std::min(rows, count - start);
    Status status;
    try {
      status =
          BuildChunk(tensor, first + start, part,
                     static_cast<uint8_t*>(out) + start * tensor.row_bytes, scratch_[worker].get());
    } catch (const std::bad_alloc&) {
      status = Status::Error(Code::kResource, "There is not enough memory to convert the model.");
    }
    if (status.ok()) {
      done.fetch_add(part * tensor.row_bytes);
      return true;
    }
    std::lock_guard<std::mutex> lock(mutex);
    if (failure.ok()) failure = std::move(status);
    return false;
  };
  std::exception_ptr thrown;
  const auto between = [&] {
    const uint64_t now = done.load();
    try {
      stopped = !tick(now - reported);
    } catch (...) {  // the other threads must stop first
      thrown = std::current_exception();
      stopped = true;
    }
    reported = now;
    return !stopped;
  };
  const bool complete = pool_->Run(chunks, work, between);
  if (thrown != nullptr) std::rethrow_exception(thrown);
  if (!complete) {
    return stopped && failure.ok() ? Status::Aborted() : failure;
  }
  return tick(done.load() - reported) ? Status::Ok() : Status::Aborted();
}

void TensorBuilder::Announce(const CheckedTensor& tensor) const {
  for (const CheckedSegment& segment : tensor.segments) {
    const SourceMatrix& source = segment.source;
    files_[source.file]->WillNeed(source.offset,
                                  source.rows * source.columns * SourceTypeSize(source.type));
  }
}

}  // namespace abstractllm
