#include "media/media_key.h"

extern "C" {
#include "hash/sha256/sha256.h"
}

namespace abstractllm {
namespace {

void Add(sha256_t* state, uint64_t value) {
  unsigned char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(value >> (8 * i));
  sha256_update(state, bytes, sizeof(bytes));
}

}  // namespace

MediaKey KeyOf(const MediaInput& input) {
  sha256_t state;
  sha256_init(&state);
  Add(&state, static_cast<uint64_t>(input.kind));
  Add(&state, static_cast<uint64_t>(input.width));
  Add(&state, static_cast<uint64_t>(input.height));
  sha256_update(&state, input.bytes.data(), input.bytes.size());
  MediaKey key;
  sha256_final(&state, key.data());
  return key;
}

}  // namespace abstractllm
