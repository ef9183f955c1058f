// Bytes of somebody else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace abstractllm {

// Owns: nothing; the bytes outlive it. Reading beyond the end gives zeros and no error:
// who parses compares with size() first.
class ByteSpan {
 public:
  ByteSpan() = default;
  ByteSpan(const void* data, size_t size) : data_(static_cast<const uint8_t*>(data)), size_(size) {}

  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  uint8_t At(size_t offset) const { return offset < size_ ? data_[offset] : uint8_t{0}; }
  uint16_t Big16(size_t offset) const {
    return static_cast<uint16_t>(At(offset) << 8 | At(offset + 1));
  }
  uint32_t Big32(size_t offset) const { return uint32_t{Big16(offset)} << 16 | Big16(offset + 2); }
  uint16_t Little16(size_t offset) const {
    return static_cast<uint16_t>(At(offset) | At(offset + 1) << 8);
  }
  uint32_t Little32(size_t offset) const {
    return Little16(offset) | uint32_t{Little16(offset + 2)} << 16;
  }

  // What of [offset, offset + size) there is.
  ByteSpan Part(size_t offset, size_t size) const {
    if (offset >= size_) return {};
    return {data_ + offset, size < size_ - offset ? size : size_ - offset};
  }
  bool StartsWith(const void* bytes, size_t size) const {
    return size_ >= size && std::memcmp(data_, bytes, size) == 0;
  }

 private:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace abstractllm
