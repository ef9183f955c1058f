#include "media/image_scan.h"

namespace abstractllm {
namespace {

constexpr uint8_t kPngSignature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

Status NoPicture(const std::string& what) {
  return Status::Error(Code::kMedia,
                       "The picture is " + what + "; JPEG, PNG, GIF and BMP can be read.",
                       {{"reason", what}});
}

}  // namespace

const char* ImageFormatName(ImageFormat format) {
  switch (format) {
    case ImageFormat::kJpeg:
      return "JPEG";
    case ImageFormat::kPng:
      return "PNG";
    case ImageFormat::kGif:
      return "GIF";
    case ImageFormat::kBmp:
      return "BMP";
  }
  return "picture";
}

Status ImageProblem(ImageFormat format, const std::string& problem) {
  const std::string name = ImageFormatName(format);
  return Status::Error(Code::kMedia, "The " + name + " cannot be read: " + problem + ".",
                       {{"format", name}, {"reason", problem}});
}

Result<ImageScan> ScanImage(ByteSpan file) {
  if (file.empty()) return NoPicture("empty");
  if (file.StartsWith("\xFF\xD8\xFF", 3)) return ScanJpeg(file);
  if (file.StartsWith(kPngSignature, sizeof kPngSignature)) return ScanPng(file);
  if (file.StartsWith("GIF87a", 6) || file.StartsWith("GIF89a", 6)) return ScanGif(file);
  if (file.StartsWith("BM", 2)) return ScanBmp(file);
  return NoPicture("of another format");
}

}  // namespace abstractllm
