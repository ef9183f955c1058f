#include "checkpoint/safetensors.h"

#include <algorithm>
#include <unordered_set>

#include "checkpoint/json_reader.h"
#include "file_io.h"
#include "load_error.h"

namespace abstractllm {
namespace {

using Token = JsonReader::Token;

constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // by the format
constexpr uint64_t kPrefixBytes = 8;
// The format has no limit; PyTorch's is 64.
constexpr size_t kMaxDimensions = 64;
constexpr char kDownloadAgain[] = "Download the file again.";

class HeaderParser {
 public:
  HeaderParser(const std::string& path, std::string_view json, uint64_t data_offset,
               uint64_t size_bytes)
      : json_(json), data_offset_(data_offset) {
    header_.path = path;
    header_.size_bytes = size_bytes;
  }

  Result<SafetensorsHeader> Parse() {
    if (ParseObject() && CheckPlaces()) return std::move(header_);
    return std::move(status_);
  }

 private:
  bool Fail(const std::string& what, const char* remedy = kGetAgain, Details details = {}) {
    status_ = CannotLoad(header_.path, what, remedy, std::move(details));
    return false;
  }
  bool FailTensor(const SafetensorsEntry& tensor, const std::string& what) {
    return Fail("its tensor " + Show(tensor.name) + " " + what, kGetAgain,
                {{"tensor", tensor.name}});
  }
  bool BadJson() { return Fail("its header is not valid JSON: " + json_.error()); }

  bool ParseObject();
  bool ParseMetadata();
  bool ParseTensor(SafetensorsEntry* tensor);
  bool ParseIntegers(SafetensorsEntry* tensor, const char* field, size_t limit,
                     std::vector<uint64_t>* values);
  bool Measure(const std::vector<uint64_t>& range, SafetensorsEntry* tensor);
  bool CheckPlaces();

  JsonReader json_;
  uint64_t data_offset_;
  SafetensorsHeader header_;
  Status status_;
};

bool HeaderParser::ParseObject() {
  if (json_.Next() != Token::kObject) {
    return json_.error().empty() ? Fail("its header is not a JSON object") : BadJson();
  }
  std::unordered_set<std::string> names;
  for (;;) {
    const Token token = json_.Next();
    if (token == Token::kObjectEnd) break;
    if (token == Token::kError) return BadJson();
    const std::string name = std::move(json_.text());
    if (!names.insert(name).second) {
      return Fail("its header has " + Show(name) + " twice", kGetAgain, {{"tensor", name}});
    }
    if (name == "__metadata__") {
      if (!ParseMetadata()) return false;
      continue;
    }
    // Names are handed on with a NUL between them.
    if (name.find('\0') != std::string::npos) {
      return Fail("its header has a tensor name with a NUL character: " + Show(name));
    }
    if (header_.tensors.size() == kMaxSafetensors) {
      status_ = TooManyTensors(header_.path);
      return false;
    }
    SafetensorsEntry tensor;
    tensor.name = name;
    if (!ParseTensor(&tensor)) return false;
    header_.tensors.push_back(std::move(tensor));
  }
  return json_.Next() == Token::kEnd || BadJson();
}

bool HeaderParser::ParseMetadata() {
  constexpr char kWhat[] = "its __metadata__ is not an object of texts";
  if (json_.Next() != Token::kObject) return Fail(kWhat);
  for (;;) {
    const Token token = json_.Next();
    if (token == Token::kObjectEnd) return true;
    if (token == Token::kError) return BadJson();
    if (json_.Next() != Token::kString) return json_.error().empty() ? Fail(kWhat) : BadJson();
  }
}

bool HeaderParser::ParseTensor(SafetensorsEntry* tensor) {
  if (json_.Next() != Token::kObject) {
    return json_.error().empty() ? FailTensor(*tensor, "is not described by an object") : BadJson();
  }
  std::vector<uint64_t> range;
  bool has_shape = false;
  for (;;) {
    const Token token = json_.Next();
    if (token == Token::kObjectEnd) break;
    if (token == Token::kError) return BadJson();
    const std::string field = std::move(json_.text());
    if (field == "dtype" && tensor->type == nullptr) {
      if (json_.Next() != Token::kString) return FailTensor(*tensor, "has a dtype that is no text");
      tensor->type = FindSafetensorsType(json_.text());
      if (tensor->type == nullptr) {
        return FailTensor(*tensor, "has the unknown dtype " + Show(json_.text()));
      }
    } else if (field == "shape" && !has_shape) {
      has_shape = true;
      if (!ParseIntegers(tensor, "shape", kMaxDimensions, &tensor->shape)) return false;
    } else if (field == "data_offsets" && range.empty()) {
      if (!ParseIntegers(tensor, "data_offsets", 2, &range)) return false;
      if (range.size() != 2) return FailTensor(*tensor, "has not two data_offsets");
    } else {
      return FailTensor(*tensor, "has the unexpected field " + Show(field));
    }
  }
  if (tensor->type == nullptr) return FailTensor(*tensor, "has no dtype");
  if (!has_shape) return FailTensor(*tensor, "has no shape");
  if (range.empty()) return FailTensor(*tensor, "has no data_offsets");
  return Measure(range, tensor);
}

bool HeaderParser::ParseIntegers(SafetensorsEntry* tensor, const char* field, size_t limit,
                                 std::vector<uint64_t>* values) {
  const std::string where = std::string("has a wrong ") + field;
  if (json_.Next() != Token::kArray) {
    return json_.error().empty() ? FailTensor(*tensor, where + ": no array") : BadJson();
  }
  for (;;) {
    const Token token = json_.Next();
    if (token == Token::kArrayEnd) return true;
    if (token == Token::kError) return BadJson();
    uint64_t value = 0;
    if (token != Token::kNumber || !json_.Unsigned(&value)) {
      return FailTensor(*tensor, where + ": not an integer from 0");
    }
    if (values->size() == limit) {
      return FailTensor(*tensor, where + ": more than " + std::to_string(limit) + " numbers");
    }
    values->push_back(value);
  }
}

// No arithmetic here can overflow.
bool HeaderParser::Measure(const std::vector<uint64_t>& range, SafetensorsEntry* tensor) {
  constexpr uint64_t kMaxElements = uint64_t{1} << 56;
  tensor->elements = 1;
  // A zero anywhere makes the rest of a shape meaningless, but not its product.
  const bool empty = std::count(tensor->shape.begin(), tensor->shape.end(), 0) > 0;
  for (const uint64_t extent : tensor->shape) {
    if (empty) continue;
    if (extent > kMaxElements || tensor->elements > kMaxElements / extent) {
      return FailTensor(*tensor, "has an impossible shape");
    }
    tensor->elements *= extent;
  }
  if (empty) tensor->elements = 0;
  const uint64_t bits = tensor->elements * tensor->type->bits;
  if (bits % 8 != 0) return FailTensor(*tensor, "does not fill whole bytes");
  tensor->bytes = bits / 8;
  const uint64_t data_bytes = header_.size_bytes - data_offset_;
  if (range[0] > range[1]) return FailTensor(*tensor, "ends before it begins");
  if (range[1] > data_bytes) {
    return Fail("its tensor " + Show(tensor->name) + " ends at byte " + std::to_string(range[1]) +
                    " of the data, and the file has only " + std::to_string(data_bytes),
                kDownloadAgain, {{"tensor", tensor->name}});
  }
  if (range[1] - range[0] != tensor->bytes) {
    return FailTensor(*tensor, "takes " + std::to_string(range[1] - range[0]) +
                                   " bytes, where its shape as " + tensor->type->name + " needs " +
                                   std::to_string(tensor->bytes));
  }
  tensor->offset = data_offset_ + range[0];
  return true;
}

// The format allows neither overlaps nor holes: what no tensor owns could be another file.
bool HeaderParser::CheckPlaces() {
  auto& tensors = header_.tensors;
  std::sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.bytes < b.bytes;
  });
  uint64_t expected = data_offset_;
  for (const SafetensorsEntry& tensor : tensors) {
    if (tensor.offset < expected) return FailTensor(tensor, "overlaps another");
    if (tensor.offset > expected) {
      return FailTensor(tensor, "comes after " + std::to_string(tensor.offset - expected) +
                                    " bytes that belong to no tensor");
    }
    expected += tensor.bytes;
  }
  if (expected == header_.size_bytes) return true;
  return Fail("its last " + std::to_string(header_.size_bytes - expected) +
              " bytes belong to no tensor");
}

Status Missing(const std::string& path, PathKind kind) {
  switch (kind) {
    case PathKind::kMissing:
      return Status::Error(Code::kModelNotFound,
                           "There is no file at \"" + path + "\". Download it again.",
                           {{"path", path}});
    case PathKind::kForbidden:
      return CannotLoad(path, "permission is denied", "Make the file readable for this user.");
    default:
      return CannotLoad(path, "it is not a regular file", kDownloadAgain);
  }
}

}  // namespace

Status TooManyTensors(const std::string& path) {
  return CannotLoad(path,
                    "with it, there are more than " + std::to_string(kMaxSafetensors) + " tensors",
                    "No checkpoint has so many.");
}

Result<SafetensorsHeader> ParseSafetensors(const std::string& path, std::string_view json,
                                           uint64_t data_offset, uint64_t size_bytes) {
  return HeaderParser(path, json, data_offset, size_bytes).Parse();
}

Result<SafetensorsHeader> ReadSafetensors(const std::string& path) try {
  const PathInfo info = DescribePath(path);
  if (info.kind != PathKind::kFile) return Missing(path, info.kind);
  InputFile file;
  if (!file.Open(path)) {
    return CannotLoad(path, "it cannot be opened", "Check the file and its permissions.");
  }
  unsigned char prefix[kPrefixBytes];
  if (!file.Read(prefix, sizeof prefix)) {
    return CannotLoad(path,
                      "it has " + std::to_string(file.size()) + " bytes, too few for a header",
                      kDownloadAgain);
  }
  uint64_t json_bytes = 0;
  for (size_t i = kPrefixBytes; i-- > 0;) json_bytes = json_bytes << 8 | prefix[i];
  if (json_bytes > kMaxHeaderBytes) {
    std::string what = "its header claims " + std::to_string(json_bytes) + " bytes, more than " +
                       std::to_string(kMaxHeaderBytes) + " that the safetensors format allows";
    const std::string_view head(reinterpret_cast<const char*>(prefix), sizeof prefix);
    if (head == "version ") what = "it is a Git LFS pointer, not the weights themselves";
    return CannotLoad(
        path, what, head == "version " ? "Run `git lfs pull` in its repository." : kDownloadAgain);
  }
  if (json_bytes > file.remaining()) {
    return CannotLoad(path,
                      "its header claims " + std::to_string(json_bytes) +
                          " bytes, and the file has only " + std::to_string(file.size()),
                      kDownloadAgain);
  }
  std::string json(static_cast<size_t>(json_bytes), '\0');
  if (!file.Read(json.data(), json.size())) {
    return CannotLoad(path, "its header cannot be read", "Check the file and its disk.");
  }
  // By the format; white space after the object pads it.
  if (json.empty() || json.front() != '{') {
    return CannotLoad(path, "its header does not begin with \"{\"", kGetAgain);
  }
  return ParseSafetensors(path, json, kPrefixBytes + json_bytes, file.size());
} catch (const std::bad_alloc&) {
  return Status::Error(Code::kResource,
                       "There is not enough memory to read the header of \"" + path + "\".",
                       {{"path", path}});
}

}  // namespace abstractllm
