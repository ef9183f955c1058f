// A file that many threads read at once, each where it likes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace abstractllm {

// Not mapped into memory: a file that shrinks while it is mapped ends the process.
// Owns: the handle. Thread: any, concurrently, once open.
class RandomAccessFile {
 public:
  RandomAccessFile() = default;
  ~RandomAccessFile();
  RandomAccessFile(const RandomAccessFile&) = delete;
  RandomAccessFile& operator=(const RandomAccessFile&) = delete;

  // Regular files only, links followed. False on failure.
  bool Open(const std::string& path_utf8);
  // As it was when the file was opened.
  uint64_t size() const { return size_; }
  // All of `size` bytes from `offset`; false on an error or if the file ends before.
  bool Read(uint64_t offset, void* out, size_t size) const;
  // Tells the system that these bytes are read next. Does not wait.
  void WillNeed(uint64_t offset, uint64_t size) const;

 private:
#ifdef _WIN32
  void* handle_ = nullptr;
#else
  int descriptor_ = -1;
#endif
  uint64_t size_ = 0;
};

}  // namespace abstractllm
