#include "checkpoint/gguf_writer.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "file_io.h"

#ifdef _WIN32
#include <io.h>
#include <process.h>
#else
#include <unistd.h>
#endif

namespace abstractllm {
namespace {

namespace fs = std::filesystem;

// Parts of large tensors: the threads that make them wait once per block.
constexpr uint64_t kBlockBytes = uint64_t{32} << 20;

// No other process and no other thread has this name.
std::string TemporaryName(const std::string& path) {
  static std::atomic<unsigned> count{0};
#ifdef _WIN32
  const auto process = static_cast<long>(_getpid());
#else
  const auto process = static_cast<long>(getpid());
#endif
  const auto ticks = std::chrono::steady_clock::now().time_since_epoch().count();
  return path + '.' + std::to_string(process) + '-' + std::to_string(ticks) + '-' +
         std::to_string(count++) + ".part";
}

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
      Code::kResource, "The converted model cannot be written to \"" + path + "\": " + reason + ".",
      {{"path", path},
       {"remedies",
        std::vector<std::string>{"Free some disk space.", "Name another cache folder.",
                                 "Use a quantisation that needs no file, such as q8_0."}}});
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
