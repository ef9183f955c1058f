// The one thing in EXIF data that changes what a picture shows.
#pragma once

#include <cstdint>

#include "media/byte_span.h"
#include "media/image.h"

namespace abstractllm {

// The orientation, from 1 to 8, in EXIF data (a TIFF header and its directories); 1 when
// there is none, or none that makes sense. Reads the first directory and follows nothing.
int32_t ExifOrientation(ByteSpan tiff);

// The picture upright. 1, and what is no orientation, changes nothing.
Image TurnUpright(Image image, int32_t orientation);

}  // namespace abstractllm
