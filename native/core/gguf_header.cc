#include "gguf_header.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <type_traits>
#include <unordered_set>

#include "file_io.h"
#include "foreign_file.h"
#include "ggml.h"
#include "utf8.h"

namespace abstractllm {
namespace {

// Far beyond any real model, small enough that a lying header costs neither memory
// nor time: llama.cpp compares every key with every key, every tensor name likewise.
constexpr uint64_t kMaxEntries = 16384;
constexpr uint64_t kMaxTensors = 32768;
constexpr uint64_t kMaxKeyBytes = 65535;  // by the specification
constexpr uint64_t kMaxStringBytes = uint64_t{16} << 20;
constexpr uint64_t kMaxArrayLength = uint64_t{1} << 24;
constexpr uint64_t kMaxElements = uint64_t{1} << 40;
constexpr uint32_t kOldestVersion = 2;
constexpr uint32_t kNewestVersion = 3;

constexpr char kDownloadAgain[] = "Download the file again.";

uint64_t Padded(uint64_t size, uint64_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

// Reads one file's header. The first failure ends it; status_ then says why.
class HeaderReader {
 public:
  explicit HeaderReader(const std::string& path) { header_.part.path = path; }

  void OpenMemory(std::string_view header, uint64_t size) {
    file_.OpenMemory(header, size);
    header_.part.size_bytes = size;
    open_ = true;
  }

  Result<GgufHeader> Read() {
    if ((open_ || Open()) && ReadPreamble() && ReadEntries() && ReadTensors() &&
        CheckTensorData()) {
      return std::move(header_);
    }
    return std::move(status_);
  }

 private:
  bool Fail(const std::string& what, const std::string& remedy, Details details = {}) {
    status_ = CannotLoad(header_.part.path, what, remedy, std::move(details));
    return false;
  }

  bool Malformed(const std::string& what, Details details = {}) {
    details.emplace_back("offset", static_cast<int64_t>(file_.position()));
    return Fail(what, kGetAgain, std::move(details));
  }

  bool Truncated(const std::string& where) {
    return Fail("it ends after " + std::to_string(file_.size()) + " bytes, " + where +
                    "; the download is incomplete",
                kDownloadAgain, {{"size_bytes", static_cast<int64_t>(file_.size())}});
  }

  bool Open();
  bool ReadPreamble();
  bool ReadEntries();
  bool ReadEntry(GgufEntry& entry);
  bool ReadScalar(GgufEntry& entry);
  bool SkipArray(GgufEntry& entry);
  bool ReadElements(GgufEntry& entry);
  bool ReadAlignment();
  bool ReadTensors();
  bool ReadTensor(GgufTensor& tensor);
  bool MeasureTensor(GgufTensor& tensor);
  bool CheckTensorData();

  template <typename T>
  bool ReadNumber(T& value, const char* where) {
    return file_.Read(&value, sizeof value) || Truncated(std::string("inside ") + where);
  }
  bool ReadString(std::string& text, uint64_t limit, const char* where);

  InputFile file_;
  bool open_ = false;
  GgufHeader header_;
  Status status_;
  uint64_t tensor_count_ = 0;
  uint64_t entry_count_ = 0;
};

bool HeaderReader::Open() {
  const std::string& path = header_.part.path;
  switch (DescribePath(path).kind) {
    case PathKind::kMissing:
      status_ =
          Status::Error(Code::kModelNotFound,
                        "There is no file at \"" + path + "\". Check the path.", {{"path", path}});
      return false;
    case PathKind::kFolder: {
      std::string message = '"' + path + "\" is a folder; the path of a .gguf file is expected.";
      const std::vector<std::string> names = ListFolder(path, ".gguf", 5);
      if (!names.empty()) message += " It contains:";
      for (const std::string& name : names) message += ' ' + name;
      status_ = Status::Error(Code::kModelNotFound, message, {{"path", path}, {"files", names}});
      return false;
    }
    case PathKind::kOther:
      return Fail("it is not a regular file", "Copy the model to a file and name that.");
    case PathKind::kForbidden:
      return Fail("permission is denied", "Make the file readable for this user.");
    case PathKind::kFile:
      break;
  }
  if (!file_.Open(path)) {
    if (errno == EACCES || errno == EPERM) {
      return Fail("permission is denied", "Make the file readable for this user.");
    }
    return Fail(std::string("it cannot be opened (") + std::strerror(errno) + ")",
                "Check the file and its disk.");
  }
  header_.part.size_bytes = file_.size();
  return true;
}

bool HeaderReader::ReadPreamble() {
  if (file_.size() == 0) return Fail("the file is empty", kDownloadAgain);
  char head[kForeignHeadBytes];
  const size_t size = static_cast<size_t>(std::min<uint64_t>(file_.size(), sizeof head));
  if (!file_.Read(head, size)) return Fail("it cannot be read", "Check the file and its disk.");
  if (size < 4 || std::memcmp(head, "GGUF", 4) != 0) {
    const ForeignFile foreign = RecognizeForeign({head, size}, file_.size());
    return Fail("it is not a GGUF file; " + foreign.what, foreign.remedy,
                {{"looks_like", foreign.what}});
  }
  if (!file_.Seek(4)) return false;
  if (!ReadNumber(header_.version, "the header")) return false;
  const uint32_t version = header_.version;
  const Details details = {{"version", static_cast<int64_t>(version)}};
  if (version != 0 && (version & 0xffff) == 0) {
    return Fail("its byte order is not this machine's (big-endian GGUF files are marked so)",
                "Use the edition for little-endian machines.", details);
  }
  if (version < kOldestVersion) {
    return Fail("it is a GGUF version " + std::to_string(version) +
                    " file, which llama.cpp has not read since 2023",
                "Convert the model again.", details);
  }
  if (version > kNewestVersion) {
    return Fail("it is a GGUF version " + std::to_string(version) + " file, newer than version " +
                    std::to_string(kNewestVersion) + " that this engine reads",
                "Update the package.", details);
  }
  if (!ReadNumber(tensor_count_, "the header") || !ReadNumber(entry_count_, "the header")) {
    return false;
  }
  if (tensor_count_ > kMaxTensors) {
    return Malformed("it claims to have " + std::to_string(tensor_count_) + " tensors");
  }
  if (entry_count_ > kMaxEntries) {
    return Malformed("it claims to have " + std::to_string(entry_count_) + " metadata entries");
  }
  return true;
}

bool HeaderReader::ReadString(std::string& text, uint64_t limit, const char* where) {
  uint64_t size = 0;
  if (!ReadNumber(size, where)) return false;
  if (size > limit) {
    return Malformed(std::string("a string of ") + std::to_string(size) + " bytes is claimed for " +
                     where);
  }
  if (size > file_.remaining()) return Truncated(std::string("inside ") + where);
  text.resize(static_cast<size_t>(size));
  return file_.Read(text.data(), text.size()) || Truncated(std::string("inside ") + where);
}

bool HeaderReader::ReadEntries() {
  std::unordered_set<std::string> keys;
  for (uint64_t i = 0; i < entry_count_; ++i) {
    GgufEntry entry;
    if (!ReadEntry(entry)) return false;
    if (!keys.insert(entry.key).second) {
      return Malformed("its metadata has the key " + Show(entry.key) + " twice",
                       {{"key", entry.key}});
    }
    header_.metadata.push_back(std::move(entry));
  }
  return ReadAlignment();
}

bool HeaderReader::ReadEntry(GgufEntry& entry) {
  if (!ReadString(entry.key, kMaxKeyBytes, "the key of a metadata entry")) return false;
  if (entry.key.empty()) return Malformed("its metadata has an empty key");
  // The engine compares keys as C strings.
  if (entry.key.find('\0') != std::string::npos) {
    return Malformed("the metadata key " + Show(entry.key) + " contains a NUL");
  }
  uint32_t type = 0;
  if (!ReadNumber(type, "the metadata")) return false;
  entry.type = static_cast<GgufType>(type);
  if (entry.type != GgufType::kArray) {
    entry.offset = file_.position();
    return ReadScalar(entry);
  }
  uint32_t element_type = 0;
  if (!ReadNumber(element_type, "the metadata") || !ReadNumber(entry.length, "the metadata")) {
    return false;
  }
  entry.element_type = static_cast<GgufType>(element_type);
  entry.offset = file_.position();
  return SkipArray(entry);
}

bool HeaderReader::ReadScalar(GgufEntry& entry) {
  constexpr char kWhere[] = "the metadata";
  const auto read = [&](auto number, auto& target) {
    if (!ReadNumber(number, kWhere)) return false;
    target = static_cast<std::decay_t<decltype(target)>>(number);
    return true;
  };
  const auto read_signed = [&](auto number) {
    return read(number, entry.value.emplace<int64_t>());
  };
  const auto read_unsigned = [&](auto number) {
    return read(number, entry.value.emplace<uint64_t>());
  };
  switch (entry.type) {
    case GgufType::kUint8:
      return read_unsigned(uint8_t{});
    case GgufType::kUint16:
      return read_unsigned(uint16_t{});
    case GgufType::kUint32:
      return read_unsigned(uint32_t{});
    case GgufType::kUint64:
      return read_unsigned(uint64_t{});
    case GgufType::kInt8:
      return read_signed(int8_t{});
    case GgufType::kInt16:
      return read_signed(int16_t{});
    case GgufType::kInt32:
      return read_signed(int32_t{});
    case GgufType::kInt64:
      return read_signed(int64_t{});
    case GgufType::kFloat32:
      return read(float{}, entry.value.emplace<double>());
    case GgufType::kFloat64:
      return read(double{}, entry.value.emplace<double>());
    case GgufType::kBool:
      return read(uint8_t{}, entry.value.emplace<bool>());
    case GgufType::kString:
      return ReadString(entry.value.emplace<std::string>(), kMaxStringBytes, kWhere);
    case GgufType::kArray:
      break;
  }
  return Malformed("the metadata entry " + Show(entry.key) + " has the unknown type " +
                       std::to_string(static_cast<uint32_t>(entry.type)),
                   {{"key", entry.key}});
}

bool HeaderReader::ReadElements(GgufEntry& entry) {
  for (uint64_t i = 0; i < entry.length; ++i) {
    GgufEntry element;
    element.key = entry.key;
    element.type = entry.element_type;
    if (!ReadScalar(element)) return false;
    entry.elements.push_back(std::move(element.value));
  }
  return true;
}

bool HeaderReader::SkipArray(GgufEntry& entry) {
  const std::string name = Show(entry.key);
  const bool strings = entry.element_type == GgufType::kString;
  const size_t element_size = GgufTypeSize(entry.element_type);
  if (!strings && element_size == 0) {
    return Malformed("the array " + name + " has elements of the unsupported type " +
                         std::to_string(static_cast<uint32_t>(entry.element_type)),
                     {{"key", entry.key}});
  }
  if (entry.length > kMaxArrayLength) {
    return Malformed("the array " + name + " claims " + std::to_string(entry.length) + " elements",
                     {{"key", entry.key}});
  }
  if (!strings) {
    const uint64_t bytes = entry.length * element_size;
    if (bytes > file_.remaining()) return Truncated("inside the array " + name);
    if (entry.element_type != GgufType::kBool && entry.length <= kMaxKeptElements) {
      return ReadElements(entry);
    }
    return file_.Seek(file_.position() + bytes) || Truncated("inside the array " + name);
  }
  std::string scratch;
  for (uint64_t i = 0; i < entry.length; ++i) {
    if (!ReadString(scratch, kMaxStringBytes, "an array of strings")) return false;
  }
  return true;
}

bool HeaderReader::ReadAlignment() {
  for (const GgufEntry& entry : header_.metadata) {
    if (entry.key != "general.alignment") continue;
    if (entry.type != GgufType::kUint32) {
      return Malformed("general.alignment has the type " + std::string(GgufTypeName(entry.type)) +
                       " instead of u32");
    }
    header_.alignment = std::get<uint64_t>(entry.value);
  }
  if (header_.alignment == 0 || (header_.alignment & (header_.alignment - 1)) != 0) {
    return Malformed("general.alignment is " + std::to_string(header_.alignment) +
                     ", which is not a power of two");
  }
  return true;
}

bool HeaderReader::ReadTensors() {
  std::unordered_set<std::string> names;
  for (uint64_t i = 0; i < tensor_count_; ++i) {
    GgufTensor tensor;
    if (!ReadTensor(tensor)) return false;
    if (!names.insert(tensor.name).second) {
      return Malformed("it has two tensors named " + Show(tensor.name), {{"tensor", tensor.name}});
    }
    header_.tensors.push_back(std::move(tensor));
  }
  const uint64_t end = file_.position();
  header_.part.data_offset = tensor_count_ == 0 ? end : Padded(end, header_.alignment);
  return true;
}

bool HeaderReader::ReadTensor(GgufTensor& tensor) {
  if (!ReadString(tensor.name, GGML_MAX_NAME - 1, "the name of a tensor")) return false;
  if (tensor.name.empty() || tensor.name.find('\0') != std::string::npos) {
    return Malformed("a tensor has no proper name");
  }
  uint32_t dimensions = 0;
  if (!ReadNumber(dimensions, "the list of tensors")) return false;
  if (dimensions > GGML_MAX_DIMS) {
    return Malformed(
        "the tensor " + Show(tensor.name) + " claims " + std::to_string(dimensions) + " dimensions",
        {{"tensor", tensor.name}});
  }
  tensor.shape.resize(dimensions);
  for (uint64_t& extent : tensor.shape) {
    if (!ReadNumber(extent, "the list of tensors")) return false;
  }
  return ReadNumber(tensor.type, "the list of tensors") &&
         ReadNumber(tensor.offset, "the list of tensors") && MeasureTensor(tensor);
}

// Sets the size and the name of the type; no arithmetic here can overflow.
bool HeaderReader::MeasureTensor(GgufTensor& tensor) {
  const Details details = {{"tensor", tensor.name}};
  const std::string name = Show(tensor.name);
  if (tensor.type < 0 || tensor.type >= GGML_TYPE_COUNT) {
    return Fail("the tensor " + name + " has the type " + std::to_string(tensor.type) +
                    ", which this engine does not know",
                "If the model is newer than the package, update the package.", details);
  }
  const ggml_type type = static_cast<ggml_type>(tensor.type);
  const int64_t block = ggml_blck_size(type);
  if (block <= 0) {
    return Fail("the tensor " + name + " has a type that llama.cpp has removed (" +
                    ggml_type_name(type) + ")",
                "Use an edition of the model in a current quantisation.", details);
  }
  tensor.type_name = ggml_type_name(type);
  uint64_t elements = 1;
  for (const uint64_t extent : tensor.shape) {
    if (extent == 0) return Malformed("the tensor " + name + " is empty", details);
    if (extent > kMaxElements || elements > kMaxElements / extent) {
      return Malformed("the tensor " + name + " has an impossible shape", details);
    }
    elements *= extent;
  }
  const uint64_t row = tensor.shape.empty() ? 1 : tensor.shape[0];
  if (row % static_cast<uint64_t>(block) != 0) {
    return Malformed("the rows of the tensor " + name + " have " + std::to_string(row) +
                         " elements, which is not a multiple of " + std::to_string(block) + " as " +
                         tensor.type_name + " needs",
                     details);
  }
  tensor.bytes = elements / static_cast<uint64_t>(block) * ggml_type_size(type);
  return true;
}

// llama.cpp wants the data of the tensors in order and without gaps.
bool HeaderReader::CheckTensorData() {
  uint64_t expected = 0;
  uint64_t needed = 0;
  for (GgufTensor& tensor : header_.tensors) {
    if (tensor.offset != expected) {
      return Malformed("the data of the tensor " + Show(tensor.name) + " is said to be at " +
                           std::to_string(tensor.offset) + " instead of " +
                           std::to_string(expected),
                       {{"tensor", tensor.name}});
    }
    expected += Padded(tensor.bytes, header_.alignment);
    tensor.offset += header_.part.data_offset;
    needed = tensor.offset + tensor.bytes;
  }
  if (needed <= file_.size()) return true;
  return Fail("it has " + std::to_string(file_.size()) + " of the " + std::to_string(needed) +
                  " bytes that its tensors need; the download is incomplete",
              kDownloadAgain,
              {{"size_bytes", static_cast<int64_t>(file_.size())},
               {"needed_bytes", static_cast<int64_t>(needed)}});
}

}  // namespace

Result<GgufHeader> ReadGgufHeader(const std::string& path_utf8) {
  return HeaderReader(path_utf8).Read();
}

Result<GgufHeader> ReadGgufHeaderInMemory(const std::string& path, std::string_view header,
                                          uint64_t size) {
  HeaderReader reader(path);
  reader.OpenMemory(header, size);
  return reader.Read();
}

}  // namespace abstractllm
