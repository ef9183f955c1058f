// Reads arrays of a GGUF's metadata back from the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "file_io.h"
#include "gguf_file.h"

namespace abstractllm {

// Thread: one at a time. Owns: the open file. Errors: false if the file cannot be read
// any more or the elements are of another kind.
class GgufArrays {
 public:
  explicit GgufArrays(const GgufSummary& summary);

  // Elements of any integer type or bool.
  bool ReadIntegers(const GgufEntry& entry, std::vector<int64_t>& values);
  bool ReadStrings(const GgufEntry& entry, std::vector<std::string>& values);

 private:
  bool Start(const GgufEntry& entry);

  InputFile file_;
  bool open_;
};

}  // namespace abstractllm
