// The structure of picture files, read without decoding: what they are, and whether all
// of them is there. The decoder itself takes what is missing for grey or transparent.
#pragma once

#include <string>

#include "media/image_file.h"

namespace abstractllm {

struct ImageScan {
  ImageHeader header;
  // In words; empty if the file is whole.
  std::string damage;
};

// Errors: kMedia. The file begins with the format's signature.
Result<ImageScan> ScanJpeg(ByteSpan file);
Result<ImageScan> ScanPng(ByteSpan file);
Result<ImageScan> ScanGif(ByteSpan file);
Result<ImageScan> ScanBmp(ByteSpan file);

// By signature. Errors: kMedia.
Result<ImageScan> ScanImage(ByteSpan file);

// kMedia: "The <format> cannot be read: <problem>."
Status ImageProblem(ImageFormat format, const std::string& problem);

}  // namespace abstractllm
