// Names what a file is when it is not a GGUF, so that the error can say it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace abstractllm {

struct ForeignFile {
  std::string what;    // "it looks like a safetensors checkpoint"
  std::string remedy;  // a sentence
};

// How many bytes of the file's beginning are worth passing to RecognizeForeign.
inline constexpr size_t kForeignHeadBytes = 512;

// `head` is the beginning of a file of `size` bytes that does not start with "GGUF".
ForeignFile RecognizeForeign(std::string_view head, uint64_t size);

}  // namespace abstractllm
