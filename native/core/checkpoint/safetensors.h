// The header of a safetensors file, held to every rule of the format before anything
// relies on it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/safetensors_type.h"
#include "status.h"

namespace abstractllm {

struct SafetensorsEntry {
  std::string name;
  const SafetensorsType* type = nullptr;  // static
  std::vector<uint64_t> shape;            // outermost dimension first, as PyTorch counts
  uint64_t elements = 0;
  uint64_t offset = 0;  // from the start of the file
  uint64_t bytes = 0;
};

struct SafetensorsHeader {
  std::string path;
  uint64_t size_bytes = 0;                // of the file
  std::vector<SafetensorsEntry> tensors;  // by offset
};

// Tensors of one checkpoint. Those with the most experts have some 140,000.
constexpr size_t kMaxSafetensors = 500'000;
// What is said beyond them, kModelLoading.
Status TooManyTensors(const std::string& path);

// Thread: any; blocks on the disk. Memory is bounded by what the file holds, and by the
// format's limit of 100 MB.
// Errors: kModelNotFound (no file), kModelLoading (all else), naming path, tensor, reason.
Result<SafetensorsHeader> ReadSafetensors(const std::string& path_utf8);

// The same for a file's JSON, between byte 8 and `data_offset`. For tests of the reader.
Result<SafetensorsHeader> ParseSafetensors(const std::string& path, std::string_view json,
                                           uint64_t data_offset, uint64_t size_bytes);

}  // namespace abstractllm
