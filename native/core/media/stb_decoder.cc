// The only file that sees stb_image. Its functions are static here: the engine's own
// programs bring another copy.
#include "media/stb_decoder.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <new>

namespace abstractllm {
namespace {

// What the decode on this thread may still allocate. A compressed stream says nothing
// about how long it becomes: the decoder would grow its buffer for as long as it goes on.
thread_local size_t memory_left = 0;
// Whether the system, and not the bound above, refused.
thread_local bool system_refused = false;

constexpr size_t kPrefix = alignof(std::max_align_t);  // in front of each block: its size

void* Allocate(size_t size) {
  if (size > memory_left || size > SIZE_MAX - kPrefix) return nullptr;
  auto* block = static_cast<char*>(std::malloc(size + kPrefix));
  if (block == nullptr) {
    system_refused = true;
    return nullptr;
  }
  std::memcpy(block, &size, sizeof size);
  memory_left -= size;
  return block + kPrefix;
}

void Free(void* pointer) {
  if (pointer == nullptr) return;
  char* block = static_cast<char*>(pointer) - kPrefix;
  size_t size = 0;
  std::memcpy(&size, block, sizeof size);
  memory_left += size;
  std::free(block);
}

void* Reallocate(void* pointer, size_t old_size, size_t size) {
  void* grown = Allocate(size);
  if (grown == nullptr) return nullptr;
  if (pointer != nullptr) {
    std::memcpy(grown, pointer, old_size < size ? old_size : size);
    Free(pointer);
  }
  return grown;
}

}  // namespace
}  // namespace abstractllm

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_GIF
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_ASSERT(condition) ((void)0)
#define STBI_MALLOC(size) ::abstractllm::Allocate(size)
#define STBI_FREE(pointer) ::abstractllm::Free(pointer)
#define STBI_REALLOC_SIZED(pointer, old_size, size) \
  ::abstractllm::Reallocate(pointer, old_size, size)
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include "stb/stb_image.h"
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace abstractllm {

// The pixels leave this thread's account with the picture.
void StbFree::operator()(uint8_t* pixels) const {
  const size_t left = memory_left;
  Free(pixels);
  memory_left = left;
}

StbPicture DecodeWithStb(ByteSpan file, size_t memory_bytes) {
  StbPicture picture;
  if (file.size() > INT_MAX) {
    picture.failure = "too many bytes";
    return picture;
  }
  memory_left = memory_bytes;
  system_refused = false;
  picture.pixels.reset(stbi_load_from_memory(file.data(), static_cast<int>(file.size()),
                                             &picture.width, &picture.height, &picture.channels,
                                             0));
  if (picture.pixels == nullptr) {
    if (system_refused) throw std::bad_alloc();
    const char* reason = stbi_failure_reason();
    picture.failure = reason == nullptr ? "it is damaged" : reason;
  }
  return picture;
}

}  // namespace abstractllm
