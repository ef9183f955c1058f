#include "media/image_file.h"

#include <new>

#include "media/exif_orientation.h"
#include "media/image_scan.h"
#include "media/stb_decoder.h"

namespace abstractllm {
namespace {

// Measured against the decoder's code: a 16-bit PNG holds its rows, their pixels and the
// 8-bit ones at once; a progressive JPEG its coefficients and planes.
constexpr size_t kBytesPerPixel = 32;
constexpr size_t kBytesBeside = size_t{8} << 20;

Status CheckLimits(const ImageHeader& header, const ImageLimits& limits) {
  const int64_t pixels = int64_t{header.width} * header.height;
  const std::string size = std::to_string(header.width) + " x " + std::to_string(header.height);
  const Details details = {{"width", int64_t{header.width}},
                           {"height", int64_t{header.height}},
                           {"max_pixels", limits.max_pixels}};
  if (pixels > limits.max_pixels) {
    return Status::Error(Code::kMedia,
                         "The picture has " + size + " pixels; at most " +
                             std::to_string(limits.max_pixels) + " are read.",
                         details);
  }
  if (header.width > limits.max_side || header.height > limits.max_side) {
    return Status::Error(Code::kMedia,
                         "The picture has " + size + " pixels; a side may have at most " +
                             std::to_string(limits.max_side) + ".",
                         details);
  }
  return Status::Ok();
}

uint8_t OverWhite(uint8_t value, uint8_t alpha) {
  return static_cast<uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

Image ToRgb(const StbPicture& picture) {
  Image image = Image::Blank(picture.width, picture.height);
  const uint8_t* from = picture.pixels.get();
  const int channels = picture.channels;
  const bool grey = channels <= 2;
  const bool transparent = channels == 2 || channels == 4;
  uint8_t* const end = image.rgb.data() + image.rgb.size();
  for (uint8_t* to = image.rgb.data(); to != end; to += 3, from += channels) {
    for (int c = 0; c < 3; ++c) to[c] = from[grey ? 0 : c];
    if (!transparent || from[channels - 1] == 255) continue;
    for (int c = 0; c < 3; ++c) to[c] = OverWhite(to[c], from[channels - 1]);
  }
  return image;
}

Status NoMemory() {
  return Status::Error(Code::kResource, "There is not enough memory for the picture.");
}

Result<Image> Decode(ByteSpan file, const ImageLimits& limits, const CancelToken* cancel) {
  const Result<ImageScan> scan = ScanImage(file);
  if (!scan.ok()) return scan.status();
  const ImageHeader& header = scan.value().header;
  const Status within = CheckLimits(header, limits);
  if (!within.ok()) return within;
  if (!scan.value().damage.empty()) return ImageProblem(header.format, scan.value().damage);
  if (IsCancelled(cancel)) return Status::Aborted();
  const size_t pixels = static_cast<size_t>(header.width) * static_cast<size_t>(header.height);
  Image image;
  {
    const StbPicture picture =
        DecodeWithStb(file, pixels * kBytesPerPixel + 2 * file.size() + kBytesBeside);
    if (picture.pixels == nullptr) {
      return ImageProblem(header.format, "it is damaged (" + picture.failure + ")");
    }
    if (picture.width != header.width || picture.height != header.height) {
      return ImageProblem(header.format, "it says two sizes");
    }
    if (IsCancelled(cancel)) return Status::Aborted();
    image = ToRgb(picture);
  }
  if (IsCancelled(cancel)) return Status::Aborted();
  return TurnUpright(std::move(image), header.orientation);
}

}  // namespace

Result<ImageHeader> ReadImageHeader(ByteSpan file) {
  try {
    const Result<ImageScan> scan = ScanImage(file);
    if (!scan.ok()) return scan.status();
    return scan.value().header;
  } catch (const std::bad_alloc&) {
    return NoMemory();
  }
}

Result<Image> DecodeImageFile(ByteSpan file, const ImageLimits& limits, const CancelToken* cancel) {
  try {
    return Decode(file, limits, cancel);
  } catch (const std::bad_alloc&) {
    return NoMemory();
  }
}

}  // namespace abstractllm
