// Files by their UTF-8 names. Windows takes UTF-16 instead, and that difference
// stays in this file: names with spaces or any letters work everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace abstractllm {

enum class PathKind { kMissing, kFile, kFolder, kOther, kForbidden };

struct PathInfo {
  PathKind kind = PathKind::kMissing;
  uint64_t size_bytes = 0;  // of a file
};

// What is at `path`, links followed. kForbidden: the system will not even say.
// Throws std::bad_alloc only.
PathInfo DescribePath(const std::string& path_utf8);

// fopen for UTF-8 names. nullptr on failure, and errno says why.
std::FILE* OpenFile(const std::string& path_utf8, const char* mode);

// Up to `limit` names in a folder that end with `ending`, sorted; none if it cannot be read.
std::vector<std::string> ListFolder(const std::string& path_utf8, const std::string& ending,
                                    size_t limit);

// A file, or its beginning in memory, read from front to back, with jumps.
// Thread: one at a time. Owns: the handle. Errors: false; nothing throws but
// std::bad_alloc, in Open.
class InputFile {
 public:
  InputFile() = default;
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  bool Open(const std::string& path_utf8);
  // The beginning of a file of `size` bytes, of which only `bytes` can be read. They must
  // outlive this.
  void OpenMemory(std::string_view bytes, uint64_t size);
  // All of `size` bytes, or false at the end of the file or on a read error.
  bool Read(void* data, size_t size);
  // To `offset` from the start; false beyond the end.
  bool Seek(uint64_t offset);

  uint64_t position() const { return position_; }
  // As it was when the file was opened.
  uint64_t size() const { return size_; }
  uint64_t remaining() const { return size_ - position_; }

 private:
  std::FILE* file_ = nullptr;
  std::string_view memory_;  // when there is no file
  uint64_t size_ = 0;
  uint64_t position_ = 0;
};

}  // namespace abstractllm
