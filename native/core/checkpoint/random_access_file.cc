#include "checkpoint/random_access_file.h"

#include <algorithm>

#include "file_io.h"

#ifdef _WIN32
#define NOMINMAX
#include <windows.h>

#include <filesystem>
#else
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace abstractllm {
namespace {

// Some systems read at most 2 GiB in one call.
constexpr size_t kMaxRead = size_t{1} << 30;

}  // namespace

#ifdef _WIN32

RandomAccessFile::~RandomAccessFile() {
  if (handle_ != nullptr) CloseHandle(handle_);
}

bool RandomAccessFile::Open(const std::string& path_utf8) try {
  const PathInfo info = DescribePath(path_utf8);
  if (info.kind != PathKind::kFile) return false;
  HANDLE handle =
      CreateFileW(std::filesystem::u8path(path_utf8).c_str(), GENERIC_READ, FILE_SHARE_READ,
                  nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (handle == INVALID_HANDLE_VALUE) return false;
  handle_ = handle;
  size_ = info.size_bytes;
  return true;
} catch (const std::exception&) {  // not a name on this system
  return false;
}

bool RandomAccessFile::Read(uint64_t offset, void* out, size_t size) const {
  auto* bytes = static_cast<char*>(out);
  while (size > 0) {
    OVERLAPPED place = {};
    place.Offset = static_cast<DWORD>(offset);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32);
    DWORD count = 0;
    const auto wanted = static_cast<DWORD>(std::min(size, kMaxRead));
    if (!ReadFile(handle_, bytes, wanted, &count, &place) || count == 0) return false;
    bytes += count;
    offset += count;
    size -= count;
  }
  return true;
}

void RandomAccessFile::WillNeed(uint64_t, uint64_t) const {}

#else

RandomAccessFile::~RandomAccessFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool RandomAccessFile::Open(const std::string& path_utf8) {
  const PathInfo info = DescribePath(path_utf8);
  if (info.kind != PathKind::kFile) return false;
  descriptor_ = open(path_utf8.c_str(), O_RDONLY | O_CLOEXEC);
  size_ = info.size_bytes;
  return descriptor_ >= 0;
}

bool RandomAccessFile::Read(uint64_t offset, void* out, size_t size) const {
  auto* bytes = static_cast<char*>(out);
  while (size > 0) {
    const ssize_t count =
        pread(descriptor_, bytes, std::min(size, kMaxRead), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    offset += static_cast<uint64_t>(count);
    size -= static_cast<size_t>(count);
  }
  return true;
}

void RandomAccessFile::WillNeed(uint64_t offset, uint64_t size) const {
#if defined(__linux__)
  posix_fadvise(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(size),
                POSIX_FADV_WILLNEED);
#elif defined(__APPLE__)
  radvisory advice = {static_cast<off_t>(offset),
                      static_cast<int>(std::min<uint64_t>(size, INT32_MAX))};
  fcntl(descriptor_, F_RDADVISE, &advice);
#else
  (void)offset;
  (void)size;
#endif
}

#endif

}  // namespace abstractllm
