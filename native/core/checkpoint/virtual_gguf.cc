#include "checkpoint/virtual_gguf.h"

#include <algorithm>
#include <cstring>
#include <exception>

namespace abstractllm {
namespace {

// Progress is an event for JavaScript: a few hundred are enough for any bar.
constexpr uint64_t kReports = 256;

}  // namespace

VirtualGguf::VirtualGguf(const GgufImage& image, const std::vector<CheckedTensor>& tensors,
                         TensorBuilder* builder, Progress progress)
    : image_(image), tensors_(tensors), builder_(builder), progress_(std::move(progress)) {
  for (const CheckedTensor& tensor : tensors) total_ += tensor.bytes;
}

// Nothing may throw: between here and the loader are frames of the C library.
bool VirtualGguf::Read(uint64_t offset, void* out, size_t count, size_t* got) try {
  *got = 0;
  if (!failure_.ok()) return false;
  if (offset >= image_.size_bytes) return true;
  auto* bytes = static_cast<uint8_t*>(out);
  if (offset < image_.header.size()) {
    *got = static_cast<size_t>(std::min<uint64_t>(count, image_.header.size() - offset));
    std::memcpy(bytes, image_.header.data() + offset, *got);
    return true;
  }
  // The last tensor that begins here or before; the first begins where the header ends.
  const auto after =
      std::upper_bound(image_.places.begin(), image_.places.end(), offset,
                       [](uint64_t at, const GgufTensorPlace& place) { return at < place.offset; });
  const auto index = static_cast<size_t>(after - image_.places.begin()) - 1;
  const uint64_t inside = offset - image_.places[index].offset;
  const uint64_t end = after == image_.places.end() ? image_.size_bytes : after->offset;
  *got = static_cast<size_t>(std::min<uint64_t>(count, end - offset));
  const uint64_t data = image_.places[index].bytes;
  const auto made =
      inside < data ? static_cast<size_t>(std::min<uint64_t>(*got, data - inside)) : 0;
  std::memset(bytes + made, 0, *got - made);
  return made == 0 || ReadTensor(index, inside, bytes, made);
} catch (const std::exception& error) {
  failure_ = Status::Error(Code::kResource,
                           std::string("The model could not be converted: ") + error.what());
  return false;
}

bool VirtualGguf::ReadTensor(size_t index, uint64_t offset, uint8_t* out, size_t count) {
  const CheckedTensor& tensor = tensors_[index];
  if (index + 1 < tensors_.size() && announced_ != index + 1) {
    announced_ = index + 1;
    builder_->Announce(tensors_[announced_]);
  }
  const uint64_t row_bytes = tensor.row_bytes;
  const uint64_t in_row = offset % row_bytes;
  uint64_t row = offset / row_bytes;
  if (in_row != 0) {
    const auto part = static_cast<size_t>(std::min<uint64_t>(count, row_bytes - in_row));
    if (!ReadPartOfRow(index, row, in_row, out, part)) return false;
    out += part;
    count -= part;
    ++row;
  }
  const uint64_t rows = count / row_bytes;
  if (rows > 0) {
    if (!Build(index, row, rows, out)) return false;
    out += rows * row_bytes;
    count -= static_cast<size_t>(rows * row_bytes);
    row += rows;
  }
  return count == 0 || ReadPartOfRow(index, row, 0, out, count);
}

bool VirtualGguf::ReadPartOfRow(size_t index, uint64_t row, uint64_t offset, uint8_t* out,
                                size_t count) {
  if (row_.empty() || row_tensor_ != index || row_index_ != row) {
    row_.resize(static_cast<size_t>(tensors_[index].row_bytes));
    if (!Build(index, row, 1, row_.data())) return false;
    row_tensor_ = index;
    row_index_ = row;
  }
  std::memcpy(out, row_.data() + offset, count);
  return true;
}

bool VirtualGguf::Build(size_t index, uint64_t first, uint64_t count, void* out) {
  failure_ = builder_->Build(tensors_[index], first, count, out,
                             [this](uint64_t bytes) { return Report(bytes); });
  return failure_.ok();
}

bool VirtualGguf::Report(uint64_t bytes) {
  // A tensor read twice counts once: no bar goes beyond its end.
  done_ = std::min(done_ + bytes, total_);
  if (done_ != total_ && done_ - reported_ < total_ / kReports) return true;
  reported_ = done_;
  return progress_(done_, total_);
}

}  // namespace abstractllm
