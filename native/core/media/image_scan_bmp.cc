// BMP: a header with the place of the rows, each padded to four bytes.
#include "media/image_scan.h"

namespace abstractllm {
namespace {

constexpr uint32_t kCoreHeader = 12;
constexpr uint32_t kInfoHeader = 40;

}  // namespace

Result<ImageScan> ScanBmp(ByteSpan file) {
  const auto problem = [](const char* words) { return ImageProblem(ImageFormat::kBmp, words); };
  if (file.size() < 26) return problem("it ends before its size");
  const uint32_t header_bytes = file.Little32(14);
  const bool core = header_bytes == kCoreHeader;
  if (!core && (header_bytes < kInfoHeader || header_bytes > 124)) {
    return problem("its header is of an unknown kind");
  }
  if (file.size() - 14 < header_bytes) return problem("it ends before its size");
  const int64_t width = core ? file.Little16(18) : static_cast<int32_t>(file.Little32(18));
  int64_t height = core ? file.Little16(20) : static_cast<int32_t>(file.Little32(22));
  if (height < 0) height = -height;  // rows from the top
  if (width <= 0 || height == 0) return problem("it has no size");
  if (height > INT32_MAX) return problem("its size makes no sense");
  const uint32_t bits = file.Little16(core ? 24 : 28);
  const uint32_t compression = core ? 0 : file.Little32(30);
  if (compression == 1 || compression == 2) return problem("it is run-length encoded");
  if (compression != 0 && compression != 3) return problem("it is of an unknown kind");
  ImageScan scan;
  scan.header = {ImageFormat::kBmp, static_cast<int32_t>(width), static_cast<int32_t>(height), 1};
  const uint64_t row = (static_cast<uint64_t>(width) * bits + 31) / 32 * 4;
  const uint64_t offset = file.Little32(10);
  if (offset > file.size() || row * static_cast<uint64_t>(height) > file.size() - offset) {
    scan.damage = "it ends before the picture does";
  }
  return scan;
}

}  // namespace abstractllm
