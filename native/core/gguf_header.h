// Reader of one GGUF file's header. gguf_file.cc joins the parts of a model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gguf_file.h"
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

// "Cannot load "<path>": <what>. <remedy>", kModelLoading.
Status CannotLoad(const std::string& path, const std::string& what, const std::string& remedy,
                  Details details = {});

// What CannotLoad is told as the remedy when the file contradicts itself.
inline constexpr char kGetAgain[] =
    "The file is damaged, or a faulty program wrote it; get it again.";

// The host ran out of memory: kResource.
Status NoMemoryToLoad(const std::string& path);

// A name from a file, quoted, fit for a message: short, without control characters.
std::string Show(const std::string& name);

}  // namespace abstractllm
