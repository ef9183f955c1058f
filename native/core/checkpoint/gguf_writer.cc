#include "checkpoint/gguf_writer.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "checkpoint/temporary_file.h"
#include "file_io.h"

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace abstractllm {
namespace {

namespace fs = std::filesystem;

// Parts of large tensors: the threads that make them wait once per block.
constexpr uint64_t kBlockBytes = uint64_t{32} << 20;

// Where src/runtime/checkpoint-cache.ts looks for the folder.
#ifdef _WIN32
constexpr char kMakeRoom[] =
    "Make room on its disk, or set LOCALAPPDATA to a folder that can be written to.";
#elif defined(__APPLE__)
constexpr char kMakeRoom[] = "Make room on its disk, and let its folder be written to.";
#else
constexpr char kMakeRoom[] =
    "Make room on its disk, or set XDG_CACHE_HOME to a folder that can be written to.";
#endif

bool Synchronize(std::FILE* file) {
  if (std::fflush(file) != 0) return false;
#ifdef _WIN32
  return _commit(_fileno(file)) == 0;
#else
  return fsync(fileno(file)) == 0;
#endif
}

Status CannotWrite(const std::string& path, const std::string& reason) {
  return Status::Error(
      Code::kResource,
      "The converted model cannot be written to \"" + path + "\": " + reason + ". " + kMakeRoom,
      {{"path", path},
       {"remedies", std::vector<std::string>{
                        kMakeRoom, "Use a quantisation that needs no file, such as q8_0."}}});
}

Status WriteAll(VirtualGguf& gguf, const std::string& path, std::FILE* file) {
  std::vector<char> block(static_cast<size_t>(std::min(kBlockBytes, gguf.size())));
  size_t got = 0;
  for (uint64_t at = 0; at < gguf.size(); at += got) {
    if (!gguf.Read(at, block.data(), block.size(), &got)) return gguf.failure();
    if (std::fwrite(block.data(), 1, got, file) != got) {
      return CannotWrite(path, std::strerror(errno));
    }
  }
  return Synchronize(file) ? Status::Ok() : CannotWrite(path, std::strerror(errno));
}

}  // namespace

Status WriteGguf(VirtualGguf& gguf, const std::string& path) {
  std::error_code error;
  fs::create_directories(fs::u8path(path).parent_path(), error);
  if (error) return CannotWrite(path, error.message());
  RemoveAbandonedFiles(fs::u8path(path).parent_path().u8string());
  const std::string temporary = TemporaryName(path);
  std::FILE* file = OpenFile(temporary, "wb");
  if (file == nullptr) return CannotWrite(path, std::strerror(errno));
  Status status = WriteAll(gguf, path, file);
  if (std::fclose(file) != 0 && status.ok()) status = CannotWrite(path, std::strerror(errno));
  if (status.ok()) {
    fs::rename(fs::u8path(temporary), fs::u8path(path), error);
    if (error) status = CannotWrite(path, error.message());
  }
  if (!status.ok()) fs::remove(fs::u8path(temporary), error);
  return status;
}

}  // namespace abstractllm
