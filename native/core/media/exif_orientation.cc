#include "media/exif_orientation.h"

#include <cstring>

namespace abstractllm {
namespace {

constexpr uint16_t kOrientationTag = 0x0112;
constexpr uint16_t kShort = 3;
constexpr uint16_t kLong = 4;
constexpr size_t kEntryBytes = 12;

class TiffReader {
 public:
  explicit TiffReader(ByteSpan bytes) : bytes_(bytes), little_(bytes.StartsWith("II", 2)) {}

  bool valid() const {
    return (little_ || bytes_.StartsWith("MM", 2)) && bytes_.size() >= 8 && Short(2) == 42;
  }
  uint16_t Short(size_t offset) const {
    return little_ ? bytes_.Little16(offset) : bytes_.Big16(offset);
  }
  uint32_t Long(size_t offset) const {
    return little_ ? bytes_.Little32(offset) : bytes_.Big32(offset);
  }

 private:
  ByteSpan bytes_;
  bool little_;
};

// Copies the pixels of `from` so that pixel (x, y) of the result is at
// origin + x * right + y * down.
Image Turned(const Image& from, int32_t width, int32_t height, ptrdiff_t origin, ptrdiff_t right,
             ptrdiff_t down) {
  Image image = Image::Blank(width, height);
  for (int32_t y = 0; y < height; ++y) {
    ptrdiff_t source = origin + y * down;
    uint8_t* to = image.Row(y);
    for (int32_t x = 0; x < width; ++x, to += 3, source += right) {
      std::memcpy(to, from.rgb.data() + source * 3, 3);
    }
  }
  return image;
}

}  // namespace

int32_t ExifOrientation(ByteSpan tiff) {
  const TiffReader reader(tiff);
  if (!reader.valid()) return 1;
  const size_t directory = reader.Long(4);
  if (directory > tiff.size() || tiff.size() - directory < 2) return 1;
  const size_t there = (tiff.size() - directory - 2) / kEntryBytes;
  const size_t entries = reader.Short(directory);
  for (size_t i = 0; i < entries && i < there; ++i) {
    const size_t entry = directory + 2 + i * kEntryBytes;
    if (reader.Short(entry) != kOrientationTag) continue;
    const uint16_t type = reader.Short(entry + 2);
    if (reader.Long(entry + 4) != 1 || (type != kShort && type != kLong)) return 1;
    const uint32_t value = type == kShort ? reader.Short(entry + 8) : reader.Long(entry + 8);
    return value >= 1 && value <= 8 ? static_cast<int32_t>(value) : 1;
  }
  return 1;
}

Image TurnUpright(Image image, int32_t orientation) {
  const int32_t w = image.width;
  const int32_t h = image.height;
  const ptrdiff_t row = w;
  const ptrdiff_t last_row = row * (h - 1);
  switch (orientation) {
    case 2:
      return Turned(image, w, h, w - 1, -1, row);
    case 3:
      return Turned(image, w, h, last_row + w - 1, -1, -row);
    case 4:
      return Turned(image, w, h, last_row, 1, -row);
    case 5:
      return Turned(image, h, w, 0, row, 1);
    case 6:
      return Turned(image, h, w, last_row, -row, 1);
    case 7:
      return Turned(image, h, w, last_row + w - 1, -row, -1);
    case 8:
      return Turned(image, h, w, w - 1, row, -1);
    default:
      return image;
  }
}

}  // namespace abstractllm
