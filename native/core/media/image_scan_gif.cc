// GIF: blocks up to the first picture, whose data are a chain of blocks of up to 255 bytes.
#include "media/image_scan.h"

namespace abstractllm {
namespace {

constexpr uint8_t kExtension = 0x21;
constexpr uint8_t kPicture = 0x2C;
constexpr size_t kScreenBytes = 13;
constexpr size_t kDescriptorBytes = 10;

size_t PaletteBytes(uint8_t flags) {
  return (flags & 0x80) != 0 ? size_t{3} << ((flags & 7) + 1) : 0;
}

// Behind the chain's empty block, or 0 if the file ends before.
size_t SkipChain(ByteSpan file, size_t at) {
  while (at < file.size()) {
    const size_t length = file.At(at);
    at += 1 + length;
    if (length == 0) return at;
  }
  return 0;
}

}  // namespace

Result<ImageScan> ScanGif(ByteSpan file) {
  ImageScan scan;
  scan.header.format = ImageFormat::kGif;
  scan.header.width = file.Little16(6);
  scan.header.height = file.Little16(8);
  if (scan.header.width == 0 || scan.header.height == 0) {
    return ImageProblem(ImageFormat::kGif, "it has no size");
  }
  scan.damage = "it ends before the picture does";
  size_t at = kScreenBytes + PaletteBytes(file.At(10));
  while (at < file.size()) {
    const uint8_t kind = file.At(at);
    if (kind == kExtension) {
      at = SkipChain(file, at + 2);
      if (at == 0) return scan;
    } else if (kind == kPicture) {
      const size_t data = at + kDescriptorBytes + PaletteBytes(file.At(at + 9)) + 1;
      if (SkipChain(file, data) != 0) scan.damage.clear();
      return scan;
    } else {
      scan.damage = "it has no picture in it";
      return scan;
    }
  }
  return scan;
}

}  // namespace abstractllm
