// Reader of one GGUF file's header. gguf_file.cc joins the parts of a model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gguf_file.h"
#include "load_error.h"
#include "status.h"

namespace abstractllm {

struct GgufHeader {
  GgufPart part;
  uint32_t version = 0;
  uint64_t alignment = 32;
  std::vector<GgufEntry> metadata;
  std::vector<GgufTensor> tensors;  // with `part` 0
};

// Every length in the file is checked against what the file holds before it is used.
// Errors: as ReadGguf, for one file.
Result<GgufHeader> ReadGgufHeader(const std::string& path_utf8);

// As ReadGgufInMemory.
Result<GgufHeader> ReadGgufHeaderInMemory(const std::string& path, std::string_view header,
                                          uint64_t size);

}  // namespace abstractllm
