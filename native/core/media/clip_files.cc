#include "media/clip_files.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "load_error.h"

namespace abstractllm {
namespace {

thread_local ClipSource* current = nullptr;
thread_local MediaKind wanted = MediaKind::kImage;

// Between two looks at whether loading goes on.
constexpr uint64_t kReadAtOnce = uint64_t{8} << 20;

size_t ReadHeader(void* source, void* out, uint64_t offset, size_t count) {
  return static_cast<ClipSource*>(source)->Read(offset, out, count) ? count : 0;
}

}  // namespace

ClipFile::ClipFile(const RandomAccessFile& file, std::string path, uint64_t data_offset,
                   Progress progress)
    : file_(file),
      path_(std::move(path)),
      data_offset_(data_offset),
      progress_(std::move(progress)) {}

bool ClipFile::Read(uint64_t offset, void* out, uint64_t count) {
  auto* bytes = static_cast<char*>(out);
  const uint64_t total = size() - std::min(data_offset_, size());
  while (count > 0) {
    const uint64_t part = std::min(count, kReadAtOnce);
    if (!file_.Read(offset, bytes, static_cast<size_t>(part))) {
      failure_ = CannotLoad(path_, "it cannot be read any more", "Try again.");
      return false;
    }
    if (offset >= data_offset_) {
      done_ = std::min(done_ + part, total);
      if (!progress_(done_, total)) {
        failure_ = Status::Aborted();
        return false;
      }
    }
    offset += part;
    bytes += part;
    count -= part;
  }
  return true;
}

bool ClipVirtualFile::Read(uint64_t offset, void* out, uint64_t count) {
  auto* bytes = static_cast<char*>(out);
  while (count > 0) {
    size_t got = 0;
    if (!gguf_->Read(offset, bytes, static_cast<size_t>(count), &got) || got == 0) return false;
    offset += got;
    bytes += got;
    count -= got;
  }
  return true;
}

ClipSourceScope::ClipSourceScope(ClipSource* source, MediaKind kind) {
  current = source;
  wanted = kind;
}

ClipSourceScope::~ClipSourceScope() { current = nullptr; }

void ClipStream::read(char* out, uint64_t count) {
  if (!source_->Read(offset_, out, count)) throw std::runtime_error("a tensor cannot be read");
  offset_ += count;
}

gguf_context* OpenClipHeader(const char*, gguf_init_params params) {
  if (current == nullptr) return nullptr;
  gguf_context* header = gguf_init_from_callback(ReadHeader, current, 0, current->size(), params);
  if (header == nullptr) return nullptr;
  const bool hears = wanted == MediaKind::kAudio;
  for (const char* key :
       {"clip.has_vision_encoder", "clip.has_audio_encoder", "clip.has_gen_audio_encoder"}) {
    const bool keep =
        std::strcmp(key, hears ? "clip.has_audio_encoder" : "clip.has_vision_encoder") == 0;
    if (!keep) gguf_set_val_bool(header, key, false);
  }
  return header;
}

ClipStream OpenClipStream(const std::string&) { return ClipStream(current); }

}  // namespace abstractllm
