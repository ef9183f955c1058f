// Encoded pictures as pixels: JPEG, PNG, GIF (its first frame) and BMP.
#pragma once

#include <cstdint>

#include "cancel.h"
#include "media/byte_span.h"
#include "media/image.h"
#include "status.h"

namespace abstractllm {

enum class ImageFormat { kJpeg, kPng, kGif, kBmp };

const char* ImageFormatName(ImageFormat format);

struct ImageHeader {
  ImageFormat format = ImageFormat::kJpeg;
  // As stored: before the orientation turns it.
  int32_t width = 0;
  int32_t height = 0;
  // EXIF's: 1 upright, 2 mirrored, 3 upside down, 4 both, 5 to 8 with sides exchanged.
  int32_t orientation = 1;
};

// Checked before anything is decoded. Decoding takes up to 32 bytes per pixel.
struct ImageLimits {
  int64_t max_pixels = 100'000'000;
  int32_t max_side = 1 << 18;
};

// What a file says about itself; nothing is decoded.
// Errors: kMedia for what is no such picture, or of a kind that is not served.
Result<ImageHeader> ReadImageHeader(ByteSpan file);

// Turned upright, over white where it is transparent, 8 bits per channel. Colour profiles
// do not count.
// Thread: any; takes milliseconds per megapixel. Looks at `cancel` (may be null) between steps.
// Errors: kMedia also for what ends too early or is damaged, and for more than the limits;
// kResource without memory.
Result<Image> DecodeImageFile(ByteSpan file, const ImageLimits& limits, const CancelToken* cancel);

}  // namespace abstractllm
