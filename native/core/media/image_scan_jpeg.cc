// JPEG: segments up to each scan, then entropy-coded bytes up to the next marker.
#include <algorithm>

#include "media/exif_orientation.h"
#include "media/image_scan.h"

namespace abstractllm {
namespace {

constexpr uint8_t kTemporary = 0x01;
constexpr uint8_t kFrame = 0xC0;  // and up to 0xCF, without the three below
constexpr uint8_t kHuffmanTables = 0xC4;
constexpr uint8_t kExtensions = 0xC8;
constexpr uint8_t kArithmeticTables = 0xCC;
constexpr uint8_t kFirstRestart = 0xD0;
constexpr uint8_t kLastRestart = 0xD7;
constexpr uint8_t kStart = 0xD8;
constexpr uint8_t kEnd = 0xD9;
constexpr uint8_t kScan = 0xDA;
constexpr uint8_t kApp1 = 0xE1;
constexpr char kExif[] = {'E', 'x', 'i', 'f', 0, 0};

bool IsFrame(uint8_t marker) {
  return marker >= kFrame && marker <= 0xCF && marker != kHuffmanTables && marker != kExtensions &&
         marker != kArithmeticTables;
}

bool IsRestart(uint8_t marker) { return marker >= kFirstRestart && marker <= kLastRestart; }

// Markers without a length, where they should not be: decoders skip them.
bool StandsAlone(uint8_t marker) {
  return IsRestart(marker) || marker == kTemporary || marker == kStart;
}

// Why this frame is not served, or nullptr.
const char* UnservedFrame(uint8_t marker, int bits) {
  if (marker > 0xC8) return "it is arithmetically coded";
  if (marker == 0xC3 || marker == 0xC7) return "it is lossless JPEG";
  if (marker > 0xC2) return "it is hierarchical JPEG";
  if (bits != 8) return "its channels do not have 8 bits";
  return nullptr;
}

// The offset of the next marker's second byte at or behind `offset`, or the file's size.
// In entropy-coded bytes, 0xFF is followed by 0 or a restart marker.
size_t NextMarker(ByteSpan file, size_t offset, bool in_scan) {
  const uint8_t* const end = file.data() + file.size();
  const uint8_t* at = file.data() + std::min(offset, file.size());
  while ((at = std::find(at, end, uint8_t{0xFF})) != end) {
    while (at != end && *at == 0xFF) ++at;  // fill bytes
    if (at == end) break;
    const bool data = *at == 0 || (in_scan && IsRestart(*at));
    if (!data) return static_cast<size_t>(at - file.data());
  }
  return file.size();
}

}  // namespace

Result<ImageScan> ScanJpeg(ByteSpan file) {
  const auto problem = [](const char* words) { return ImageProblem(ImageFormat::kJpeg, words); };
  ImageScan scan;
  scan.header.format = ImageFormat::kJpeg;
  bool has_frame = false;
  bool has_scan = false;
  size_t at = NextMarker(file, 2, false);
  while (at < file.size()) {
    const uint8_t marker = file.At(at);
    if (marker == kEnd) break;
    if (StandsAlone(marker)) {
      at = NextMarker(file, at + 1, false);
      continue;
    }
    const size_t length = file.Big16(at + 1);
    if (length < 2) return problem("a segment has no length");
    const ByteSpan segment = file.Part(at + 3, length - 2);
    if (segment.size() < length - 2) {
      at = file.size();
      break;
    }
    if (IsFrame(marker)) {
      if (has_frame) return problem("it has several frames");
      has_frame = true;
      if (const char* words = UnservedFrame(marker, segment.At(0))) return problem(words);
      scan.header.height = segment.Big16(1);
      scan.header.width = segment.Big16(3);
      if (scan.header.width == 0 || scan.header.height == 0) return problem("it has no size");
    } else if (marker == kApp1 && segment.StartsWith(kExif, sizeof kExif)) {
      scan.header.orientation =
          ExifOrientation(segment.Part(sizeof kExif, segment.size() - sizeof kExif));
    } else if (marker == kScan) {
      if (!has_frame) return problem("its data come before its size");
      has_scan = true;
    }
    at = NextMarker(file, at + 1 + length, marker == kScan);
  }
  if (!has_frame) return problem("it ends before its size");
  if (at >= file.size()) {
    scan.damage = "it ends before the picture does";
  } else if (!has_scan) {
    scan.damage = "it has no picture in it";
  }
  return scan;
}

}  // namespace abstractllm
