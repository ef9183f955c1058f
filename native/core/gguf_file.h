// What a GGUF file says about itself, read without the engine. llama.cpp ends the
// process on some malformed files, so no file reaches it before these checks pass.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "may_be_valueless.h"
#include "status.h"

namespace abstractllm {

// The numbers are those of the file format.
enum class GgufType : uint32_t {
  kUint8,
  kInt8,
  kUint16,
  kInt16,
  kUint32,
  kInt32,
  kFloat32,
  kBool,
  kString,
  kArray,
  kUint64,
  kInt64,
  kFloat64,
};

// "u32", "str", "arr", ... as llama.cpp names them; "?" for an unknown number.
const char* GgufTypeName(GgufType type);
// Bytes of one value; 0 for strings, arrays and unknown numbers.
size_t GgufTypeSize(GgufType type);

// Means, deviations, sections: more than a person reads.
constexpr uint64_t kMaxKeptElements = 16;

using GgufValue =
    std::variant<std::monostate, std::string, int64_t, uint64_t, double, bool, MayBeValueless>;

// One key of the metadata. Arrays stay in the file but for short ones of numbers: only their
// place is kept.
struct GgufEntry {
  std::string key;
  GgufType type = GgufType::kUint8;
  GgufValue value;                           // none for arrays
  GgufType element_type = GgufType::kUint8;  // arrays only
  uint64_t length = 0;                       // arrays only: elements
  uint64_t offset = 0;                       // of the value, or of the first element
  std::vector<GgufValue> elements;           // of an array of up to kMaxKeptElements numbers
};

struct GgufTensor {
  std::string name;
  int32_t type = 0;             // ggml_type
  std::string type_name;        // "q8_0", ...
  std::vector<uint64_t> shape;  // fastest dimension first, as ggml counts
  uint64_t bytes = 0;
  uint64_t offset = 0;  // from the start of its file
  uint32_t part = 0;    // index into GgufSummary::parts
};

// One file of a model; most models have only one.
struct GgufPart {
  std::string path;
  uint64_t size_bytes = 0;
  uint64_t data_offset = 0;
};

struct GgufSummary {
  std::string path;
  uint32_t version = 0;
  uint64_t size_bytes = 0;  // of all parts
  uint64_t alignment = 0;
  uint64_t data_offset = 0;   // of the first part
  std::string architecture;   // empty when the file does not say
  std::string chat_template;  // empty when there is none
  std::vector<GgufEntry> metadata;
  std::vector<GgufTensor> tensors;  // of all parts
  std::vector<GgufPart> parts;
  // Where the file's bytes are when it is not on the disk; its owner outlives this.
  std::string_view memory;

  const GgufEntry* Find(const std::string& key) const;
  // The string of an entry; empty if there is no such entry, or it is of another type.
  std::string Text(const std::string& key) const;
};

// Reads the header and checks that the file is well-formed and complete. The first
// file of a split model brings its other parts along; a later one stands alone.
// Thread: any; blocks on the disk. Memory is bounded by what the file really holds.
// Errors: kModelNotFound (missing file or part, a folder), kResource (memory),
// kModelLoading (all else).
Result<GgufSummary> ReadGguf(const std::string& path_utf8);

// The same for a file that is not on the disk, but of `size` bytes that begin with
// `header`: a converted checkpoint. `header` must outlive the summary; `path` is for messages.
Result<GgufSummary> ReadGgufInMemory(const std::string& path, std::string_view header,
                                     uint64_t size);

// Checks everything llama.cpp would rather assert than report: hyperparameters,
// vocabulary and tensors. Reads the file's arrays again, so call it before loading.
// Errors: kUnsupportedModel (another kind of file, unknown architecture or tokenizer),
// kResource (memory), kModelLoading (all else).
Status ValidateForLoading(const GgufSummary& summary);

}  // namespace abstractllm
