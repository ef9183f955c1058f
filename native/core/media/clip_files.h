// What the engine's clip.cpp reads instead of a file that it would open by its name: this way
// a projector may come from any bytes, and is opened once.
#pragma once

#include <cstdint>
#include <functional>
#include <ios>
#include <string>

#include "checkpoint/random_access_file.h"
#include "checkpoint/virtual_gguf.h"
#include "gguf.h"
#include "media/media_input.h"
#include "status.h"

namespace abstractllm {

// The bytes of a GGUF. Thread: one at a time.
class ClipSource {
 public:
  virtual ~ClipSource() = default;
  virtual uint64_t size() const = 0;
  // All of `count` bytes from `offset`, or false: see failure().
  virtual bool Read(uint64_t offset, void* out, uint64_t count) = 0;
  // Why Read failed.
  virtual Status failure() const = 0;
};

// A file on the disk.
class ClipFile : public ClipSource {
 public:
  using Progress = VirtualGguf::Progress;

  // Bytes from `data_offset` on count as progress. `path` is for messages; `file` must
  // outlive this.
  ClipFile(const RandomAccessFile& file, std::string path, uint64_t data_offset, Progress progress);
  uint64_t size() const override { return file_.size(); }
  bool Read(uint64_t offset, void* out, uint64_t count) override;
  Status failure() const override { return failure_; }

 private:
  const RandomAccessFile& file_;
  std::string path_;
  uint64_t data_offset_;
  uint64_t done_ = 0;
  Progress progress_;
  Status failure_;
};

// A GGUF that a plan makes of a checkpoint; it must outlive this.
class ClipVirtualFile : public ClipSource {
 public:
  explicit ClipVirtualFile(VirtualGguf* gguf) : gguf_(gguf) {}
  uint64_t size() const override { return gguf_->size(); }
  bool Read(uint64_t offset, void* out, uint64_t count) override;
  Status failure() const override { return gguf_->failure(); }

 private:
  VirtualGguf* gguf_;
};

// While one lives, clip.cpp reads `source` on this thread, whatever the name it opens, and finds
// no other encoder in it than that of `kind`.
// Thread: construct and destroy on the same thread; do not nest.
class ClipSourceScope {
 public:
  ClipSourceScope(ClipSource* source, MediaKind kind);
  ~ClipSourceScope();
  ClipSourceScope(const ClipSourceScope&) = delete;
  ClipSourceScope& operator=(const ClipSourceScope&) = delete;
};

// As much of std::ifstream as clip.cpp uses. Reads throw std::runtime_error where its own
// would leave the memory as it was.
class ClipStream {
 public:
  explicit ClipStream(ClipSource* source) : source_(source) {}
  bool operator!() const { return source_ == nullptr; }
  void seekg(uint64_t offset, std::ios_base::seekdir) { offset_ = offset; }
  void read(char* out, uint64_t count);
  void close() {}

 private:
  ClipSource* source_;
  uint64_t offset_ = 0;
};

// In the place of gguf_init_from_file and open_ifstream_binary (clip_source.h); without a
// ClipSourceScope there is no file.
gguf_context* OpenClipHeader(const char* name, gguf_init_params params);
ClipStream OpenClipStream(const std::string& name);

}  // namespace abstractllm
