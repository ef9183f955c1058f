#include "checkpoint/row_gather.h"

#include <algorithm>
#include <cstring>

namespace abstractllm {
namespace {

// Reading what lies between wanted rows is cheaper than a call for each of them.
constexpr uint64_t kMaxWaste = 4;
constexpr uint64_t kMaxSpan = uint64_t{4} << 20;

// A chunk of a segment's rows. All bounds are those of CheckPlan.
struct Chunk {
  const RandomAccessFile& file;
  const CheckedSegment& segment;
  uint64_t columns;
  uint64_t first;
  uint64_t count;
  size_t element;  // bytes
  uint8_t* out;
  std::vector<uint8_t>* buffer;

  uint64_t Row(uint64_t i) const { return segment.SourceRow(first + i); }
  // The place of an element of the source in its file.
  uint64_t Place(uint64_t row, uint64_t column) const {
    return segment.source.offset + (row * segment.source.columns + column) * element;
  }
};

bool ReadByRun(const Chunk& chunk) {
  const size_t row_bytes = static_cast<size_t>(chunk.columns) * chunk.element;
  const bool whole = chunk.columns == chunk.segment.source.columns;
  for (uint64_t i = 0; i < chunk.count;) {
    const uint64_t row = chunk.Row(i);
    uint64_t length = 1;
    while (whole && i + length < chunk.count && chunk.Row(i + length) == row + length) ++length;
    if (!chunk.file.Read(chunk.Place(row, chunk.segment.first_column), chunk.out + i * row_bytes,
                         static_cast<size_t>(length) * row_bytes)) {
      return false;
    }
    i += length;
  }
  return true;
}

bool ReadSpan(const Chunk& chunk, uint64_t low, uint64_t span_rows) {
  const size_t row_bytes = static_cast<size_t>(chunk.columns) * chunk.element;
  const size_t stride = static_cast<size_t>(chunk.segment.source.columns) * chunk.element;
  chunk.buffer->resize(static_cast<size_t>(span_rows - 1) * stride + row_bytes);
  if (!chunk.file.Read(chunk.Place(low, chunk.segment.first_column), chunk.buffer->data(),
                       chunk.buffer->size())) {
    return false;
  }
  for (uint64_t i = 0; i < chunk.count; ++i) {
    std::memcpy(chunk.out + i * row_bytes,
                chunk.buffer->data() + static_cast<size_t>(chunk.Row(i) - low) * stride, row_bytes);
  }
  return true;
}

bool GatherStraight(const Chunk& chunk) {
  uint64_t low = chunk.Row(0);
  uint64_t high = low;
  bool in_order = true;
  for (uint64_t i = 1; i < chunk.count; ++i) {
    const uint64_t row = chunk.Row(i);
    in_order = in_order && row == low + i;
    low = std::min(low, row);
    high = std::max(high, row);
  }
  const uint64_t span_rows = high - low + 1;
  const uint64_t wanted = chunk.count * chunk.columns * chunk.element;
  const bool contiguous = in_order && chunk.columns == chunk.segment.source.columns;
  const bool narrow = span_rows <= kMaxSpan && chunk.segment.source.columns <= kMaxSpan &&
                      span_rows * chunk.segment.source.columns * chunk.element <=
                          std::min(kMaxSpan, wanted * kMaxWaste);
  return contiguous || !narrow ? ReadByRun(chunk) : ReadSpan(chunk, low, span_rows);
}

template <typename T>
void Scatter(const uint8_t* from, uint64_t low, const Chunk& chunk, uint64_t column) {
  for (uint64_t i = 0; i < chunk.count; ++i) {
    std::memcpy(chunk.out + (i * chunk.columns + column) * sizeof(T),
                from + (chunk.Row(i) - low) * sizeof(T), sizeof(T));
  }
}

// The source's columns are the rows: of each source row a stretch is wanted.
bool GatherTransposed(const Chunk& chunk) {
  uint64_t low = chunk.Row(0);
  uint64_t high = low;
  for (uint64_t i = 1; i < chunk.count; ++i) {
    low = std::min(low, chunk.Row(i));
    high = std::max(high, chunk.Row(i));
  }
  const size_t stretch = static_cast<size_t>(high - low + 1) * chunk.element;
  chunk.buffer->resize(stretch);
  for (uint64_t column = 0; column < chunk.columns; ++column) {
    if (!chunk.file.Read(chunk.Place(chunk.segment.first_column + column, low),
                         chunk.buffer->data(), stretch)) {
      return false;
    }
    switch (chunk.element) {
      case 2:
        Scatter<uint16_t>(chunk.buffer->data(), low, chunk, column);
        break;
      case 4:
        Scatter<uint32_t>(chunk.buffer->data(), low, chunk, column);
        break;
      default:
        Scatter<uint64_t>(chunk.buffer->data(), low, chunk, column);
    }
  }
  return true;
}

}  // namespace

bool GatherRows(const RandomAccessFile& file, const CheckedSegment& segment, uint64_t columns,
                uint64_t first, uint64_t count, uint8_t* out, std::vector<uint8_t>* buffer) {
  const Chunk chunk = {file, segment, columns, first, count, SourceTypeSize(segment.source.type),
                       out,  buffer};
  return segment.transpose ? GatherTransposed(chunk) : GatherStraight(chunk);
}

}  // namespace abstractllm
