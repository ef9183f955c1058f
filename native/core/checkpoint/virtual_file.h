// A VirtualGguf as the FILE that the engine's loader wants.
#pragma once

#include <cstdio>
#include <vector>

#include "checkpoint/virtual_gguf.h"

namespace abstractllm {

// On Windows the loader reads the file's handle itself, so there it is a temporary file,
// written in full and deleted when it is closed. Elsewhere nothing is written.
// Owns: the stream, not the GGUF. Thread: that of the GGUF.
class VirtualFile {
 public:
  // What is read of it. For the header alone there is no need to write tensors anywhere.
  enum class Part { kAll, kHeader };

  // `threads` are those that make the GGUF: they share what one read asks for.
  VirtualFile(VirtualGguf* gguf, int threads, Part part);
  ~VirtualFile();
  VirtualFile(const VirtualFile&) = delete;
  VirtualFile& operator=(const VirtualFile&) = delete;

  // Null if the system refuses, or if the GGUF could not be written (see its failure()).
  std::FILE* get() const { return file_; }

 private:
  struct Cursor {
    VirtualGguf* gguf;
    uint64_t position;
  };

  Cursor cursor_;
  std::vector<char> buffer_;  // of the stream
  std::FILE* file_ = nullptr;
};

}  // namespace abstractllm
