#include "gguf_arrays.h"

namespace abstractllm {
namespace {

template <typename T>
bool ReadAs(InputFile& file, uint64_t length, std::vector<int64_t>& values) {
  for (uint64_t i = 0; i < length; ++i) {
    T value;
    if (!file.Read(&value, sizeof value)) return false;
    values.push_back(static_cast<int64_t>(value));
  }
  return true;
}

}  // namespace

GgufArrays::GgufArrays(const GgufSummary& summary) {
  open_ = summary.memory.data() != nullptr || file_.Open(summary.path);
  if (summary.memory.data() != nullptr) file_.OpenMemory(summary.memory, summary.size_bytes);
}

bool GgufArrays::Start(const GgufEntry& entry) {
  return open_ && entry.type == GgufType::kArray && file_.Seek(entry.offset);
}

bool GgufArrays::ReadIntegers(const GgufEntry& entry, std::vector<int64_t>& values) {
  if (!Start(entry)) return false;
  values.clear();
  switch (entry.element_type) {
    case GgufType::kBool:
    case GgufType::kUint8:
      return ReadAs<uint8_t>(file_, entry.length, values);
    case GgufType::kInt8:
      return ReadAs<int8_t>(file_, entry.length, values);
    case GgufType::kUint16:
      return ReadAs<uint16_t>(file_, entry.length, values);
    case GgufType::kInt16:
      return ReadAs<int16_t>(file_, entry.length, values);
    case GgufType::kUint32:
      return ReadAs<uint32_t>(file_, entry.length, values);
    case GgufType::kInt32:
      return ReadAs<int32_t>(file_, entry.length, values);
    case GgufType::kUint64:
      return ReadAs<uint64_t>(file_, entry.length, values);
    case GgufType::kInt64:
      return ReadAs<int64_t>(file_, entry.length, values);
    default:
      return false;
  }
}

bool GgufArrays::ReadStrings(const GgufEntry& entry, std::vector<std::string>& values) {
  if (!Start(entry) || entry.element_type != GgufType::kString) return false;
  values.clear();
  for (uint64_t i = 0; i < entry.length; ++i) {
    uint64_t size = 0;
    if (!file_.Read(&size, sizeof size) || size > file_.remaining()) return false;
    std::string value(static_cast<size_t>(size), '\0');
    if (!file_.Read(value.data(), value.size())) return false;
    values.push_back(std::move(value));
  }
  return true;
}

}  // namespace abstractllm
