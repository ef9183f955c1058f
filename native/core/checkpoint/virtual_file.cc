// fopencookie is an extension of glibc and musl.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif

#include "checkpoint/virtual_file.h"

#include <algorithm>
#include <cerrno>

#ifdef _WIN32
#define NOMINMAX
#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include <filesystem>
#endif

namespace abstractllm {

#ifdef _WIN32

namespace {

std::FILE* OpenTemporary() {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  wchar_t name[MAX_PATH];
  if (error || GetTempFileNameW(folder.c_str(), L"all", 0, name) == 0) return nullptr;
  HANDLE handle = CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS,
                              FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr);
  if (handle == INVALID_HANDLE_VALUE) return nullptr;
  const int descriptor = _open_osfhandle(reinterpret_cast<intptr_t>(handle), _O_BINARY);
  if (descriptor < 0) {
    CloseHandle(handle);
    return nullptr;
  }
  std::FILE* file = _fdopen(descriptor, "w+b");
  if (file == nullptr) _close(descriptor);
  return file;
}

}  // namespace

VirtualFile::VirtualFile(VirtualGguf* gguf, int, Part part) : cursor_{gguf, 0} {
  constexpr size_t kBlock = size_t{64} << 20;
  file_ = OpenTemporary();
  if (file_ == nullptr) return;
  const uint64_t end = part == Part::kHeader ? gguf->header_size() : gguf->size();
  std::vector<char> block(static_cast<size_t>(std::min<uint64_t>(kBlock, end)));
  size_t got = 0;
  for (uint64_t at = 0; at < end; at += got) {
    if (gguf->Read(at, block.data(), block.size(), &got) &&
        std::fwrite(block.data(), 1, got, file_) == got) {
      continue;
    }
    std::fclose(file_);
    file_ = nullptr;
    return;
  }
  std::fflush(file_);
  // The loader compares the file's size with what the header says.
  _chsize_s(_fileno(file_), static_cast<int64_t>(gguf->size()));
  std::rewind(file_);
}

#else

namespace {

template <typename Cursor, typename Offset>
int Seek(Cursor* cursor, Offset offset, int whence, Offset* result) {
  const Offset base = whence == SEEK_SET   ? 0
                      : whence == SEEK_CUR ? static_cast<Offset>(cursor->position)
                                           : static_cast<Offset>(cursor->gguf->size());
  if (base + offset < 0) {
    errno = EINVAL;
    return -1;
  }
  cursor->position = static_cast<uint64_t>(base + offset);
  *result = base + offset;
  return 0;
}

template <typename Cursor>
ssize_t Read(Cursor* cursor, char* out, size_t count) {
  size_t got = 0;
  if (!cursor->gguf->Read(cursor->position, out, count, &got)) {
    errno = EIO;
    return -1;
  }
  cursor->position += got;
  return static_cast<ssize_t>(got);
}

}  // namespace

VirtualFile::VirtualFile(VirtualGguf* gguf, int threads, Part) : cursor_{gguf, 0} {
#if defined(__linux__)
  cookie_io_functions_t functions = {};
  functions.read = [](void* cookie, char* out, size_t count) {
    return Read(static_cast<Cursor*>(cookie), out, count);
  };
  // off64_t for glibc, off_t for musl.
  functions.seek = [](void* cookie, auto* offset, int whence) {
    return Seek(static_cast<Cursor*>(cookie), *offset, whence, offset);
  };
  file_ = fopencookie(&cursor_, "rb", functions);
#else
  file_ = funopen(
      &cursor_,
      [](void* cookie, char* out, int count) {
        return static_cast<int>(
            Read(static_cast<Cursor*>(cookie), out, static_cast<size_t>(count)));
      },
      nullptr,
      [](void* cookie, fpos_t offset, int whence) {
        fpos_t result = 0;
        const int failed = Seek(static_cast<Cursor*>(cookie), offset, whence, &result);
        return failed != 0 ? fpos_t{-1} : result;
      },
      nullptr);
#endif
  if (file_ == nullptr) return;
  // glibc reads such a stream through its buffer only, byte by byte if there is none.
  constexpr size_t kBytesPerThread = size_t{1} << 18;  // stays in a core's cache
  constexpr int kMostThreads = 16;
  buffer_.resize(kBytesPerThread * static_cast<size_t>(std::clamp(threads, 1, kMostThreads)));
  std::setvbuf(file_, buffer_.data(), _IOFBF, buffer_.size());
}

#endif

VirtualFile::~VirtualFile() {
  if (file_ != nullptr) std::fclose(file_);
}

}  // namespace abstractllm
