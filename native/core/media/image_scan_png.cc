// PNG: a list of chunks, each with its length and a checksum.
#include <array>

#include "media/exif_orientation.h"
#include "media/image_scan.h"

namespace abstractllm {
namespace {

constexpr size_t kSignatureBytes = 8;
constexpr size_t kChunkOverhead = 12;  // length, name, checksum
constexpr uint32_t kMaxLength = 0x7FFFFFFF;

constexpr uint32_t Name(char a, char b, char c, char d) {
  return static_cast<uint32_t>(a) << 24 | static_cast<uint32_t>(b) << 16 |
         static_cast<uint32_t>(c) << 8 | static_cast<uint32_t>(d);
}

constexpr uint32_t kHeader = Name('I', 'H', 'D', 'R');
constexpr uint32_t kData = Name('I', 'D', 'A', 'T');
constexpr uint32_t kEnd = Name('I', 'E', 'N', 'D');
constexpr uint32_t kExif = Name('e', 'X', 'I', 'f');
constexpr uint32_t kAncillary = 0x20000000;  // the case of the first letter

std::array<uint32_t, 256> CrcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
    }
    table[i] = value;
  }
  return table;
}

uint32_t Crc(ByteSpan bytes) {
  static const std::array<uint32_t, 256> kTable = CrcTable();
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 0; i < bytes.size(); ++i) {
    crc = kTable[(crc ^ bytes.data()[i]) & 0xFF] ^ (crc >> 8);
  }
  return ~crc;
}

}  // namespace

Result<ImageScan> ScanPng(ByteSpan file) {
  const auto problem = [](const char* words) { return ImageProblem(ImageFormat::kPng, words); };
  ImageScan scan;
  scan.header.format = ImageFormat::kPng;
  bool has_data = false;
  for (size_t at = kSignatureBytes;;) {
    const bool first = at == kSignatureBytes;
    const uint32_t length = file.Big32(at);
    const uint32_t name = file.Big32(at + 4);
    const bool fits = length <= kMaxLength && file.size() - at >= kChunkOverhead &&
                      file.size() - at - kChunkOverhead >= length;
    if (first) {
      if (name != kHeader || length != 13 || !fits) return problem("it does not begin as a PNG");
      const uint32_t width = file.Big32(at + 8);
      const uint32_t height = file.Big32(at + 12);
      if (width == 0 || height == 0) return problem("it has no size");
      if (width > kMaxLength || height > kMaxLength) return problem("its size makes no sense");
      scan.header.width = static_cast<int32_t>(width);
      scan.header.height = static_cast<int32_t>(height);
    }
    if (!fits) {
      scan.damage = "it ends before the picture does";
      return scan;
    }
    if ((name & kAncillary) == 0 &&
        Crc(file.Part(at + 4, length + size_t{4})) != file.Big32(at + 8 + length)) {
      scan.damage = "a checksum does not match";
      return scan;
    }
    if (name == kData) has_data = true;
    if (name == kExif) scan.header.orientation = ExifOrientation(file.Part(at + 8, length));
    if (name == kEnd) break;
    at += kChunkOverhead + length;
  }
  if (!has_data) scan.damage = "it has no picture in it";
  return scan;
}

}  // namespace abstractllm
