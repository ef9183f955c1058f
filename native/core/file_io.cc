#include "file_io.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>
#include <system_error>

namespace abstractllm {
namespace {

namespace fs = std::filesystem;

// Headers of large vocabularies are a million short strings.
constexpr size_t kBufferBytes = size_t{1} << 17;

int SeekFile(std::FILE* file, uint64_t offset) {
#ifdef _WIN32
  return _fseeki64(file, static_cast<int64_t>(offset), SEEK_SET);
#else
  return fseeko(file, static_cast<off_t>(offset), SEEK_SET);
#endif
}

}  // namespace

PathInfo DescribePath(const std::string& path_utf8) try {
  // The system would see only the part before the NUL.
  if (path_utf8.find('\0') != std::string::npos) return {PathKind::kMissing, 0};
  std::error_code error;
  const fs::path path = fs::u8path(path_utf8);
  switch (fs::status(path, error).type()) {
    case fs::file_type::regular: {
      const uint64_t size = fs::file_size(path, error);
      return error ? PathInfo{PathKind::kForbidden, 0} : PathInfo{PathKind::kFile, size};
    }
    case fs::file_type::directory:
      return {PathKind::kFolder, 0};
    case fs::file_type::not_found:
      return {PathKind::kMissing, 0};
    case fs::file_type::none:
      // ENAMETOOLONG, ELOOP, ENOTDIR and their kin: nothing can be there.
      return {error == std::errc::permission_denied ? PathKind::kForbidden : PathKind::kMissing, 0};
    default:
      return {PathKind::kOther, 0};
  }
} catch (const std::bad_alloc&) {
  throw;
} catch (const std::exception&) {
  return {PathKind::kMissing, 0};  // not a name on this system, e.g. invalid UTF-8 on Windows
}

std::FILE* OpenFile(const std::string& path_utf8, const char* mode) try {
#ifdef _WIN32
  return _wfopen(fs::u8path(path_utf8).c_str(), fs::u8path(mode).c_str());
#else
  return std::fopen(path_utf8.c_str(), mode);
#endif
} catch (const std::exception&) {
  errno = ENOENT;
  return nullptr;
}

std::vector<std::string> ListFolder(const std::string& path_utf8, const std::string& ending,
                                    size_t limit) try {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::u8path(path_utf8))) {
    std::string name = entry.path().filename().u8string();
    if (name.size() < ending.size()) continue;
    if (name.compare(name.size() - ending.size(), ending.size(), ending) != 0) continue;
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  if (names.size() > limit) names.resize(limit);
  return names;
} catch (const std::exception&) {
  return {};
}

InputFile::~InputFile() {
  if (file_ != nullptr) std::fclose(file_);
}

bool InputFile::Open(const std::string& path_utf8) {
  // Opening a pipe would wait for its other end.
  const PathInfo info = DescribePath(path_utf8);
  if (info.kind != PathKind::kFile) return false;
  file_ = OpenFile(path_utf8, "rb");
  if (file_ == nullptr) return false;
  std::setvbuf(file_, nullptr, _IOFBF, kBufferBytes);
  size_ = info.size_bytes;
  return true;
}

void InputFile::OpenMemory(std::string_view bytes, uint64_t size) {
  memory_ = bytes;
  size_ = size;
}

bool InputFile::Read(void* data, size_t size) {
  if (size > remaining()) return false;
  if (size == 0) return true;
  if (file_ == nullptr) {
    if (position_ + size > memory_.size()) return false;
    std::memcpy(data, memory_.data() + position_, size);
    position_ += size;
    return true;
  }
  const size_t count = std::fread(data, 1, size, file_);
  position_ += count;
  return count == size;
}

bool InputFile::Seek(uint64_t offset) {
  if (offset > size_) return false;
  if (offset == position_) return true;
  if (file_ != nullptr && SeekFile(file_, offset) != 0) return false;
  position_ = offset;
  return true;
}

}  // namespace abstractllm
