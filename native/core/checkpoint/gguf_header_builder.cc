#include "checkpoint/gguf_header_builder.h"

#include "gguf_file.h"

namespace abstractllm {
namespace {

constexpr uint32_t kVersion = 3;

uint64_t Padded(uint64_t size) {
  return (size + kGgufAlignment - 1) / kGgufAlignment * kGgufAlignment;
}

// The format is little-endian, like every machine that the engine runs on.
class HeaderWriter {
 public:
  explicit HeaderWriter(std::string* out) : out_(*out) {}

  template <typename T>
  void Number(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void Text(const std::string& text) {
    Number<uint64_t>(text.size());
    out_ += text;
  }
  void Type(GgufType type) { Number(static_cast<uint32_t>(type)); }

  void operator()(uint32_t value) { Scalar(GgufType::kUint32, value); }
  void operator()(int32_t value) { Scalar(GgufType::kInt32, value); }
  void operator()(uint64_t value) { Scalar(GgufType::kUint64, value); }
  void operator()(float value) { Scalar(GgufType::kFloat32, value); }
  void operator()(bool value) { Scalar(GgufType::kBool, static_cast<uint8_t>(value)); }
  void operator()(const std::string& value) {
    Type(GgufType::kString);
    Text(value);
  }
  void operator()(const std::vector<uint32_t>& values) { Array(GgufType::kUint32, values); }
  void operator()(const std::vector<int32_t>& values) { Array(GgufType::kInt32, values); }
  void operator()(const std::vector<float>& values) { Array(GgufType::kFloat32, values); }
  void operator()(const std::vector<PlanFlag>& values) { Array(GgufType::kBool, values); }
  void operator()(const std::vector<uint8_t>& values) { Array(GgufType::kUint8, values); }
  void operator()(const std::vector<std::string>& values) {
    ArrayHead(GgufType::kString, values.size());
    for (const std::string& value : values) Text(value);
  }
  void operator()(MayBeValueless /*none*/) {}

 private:
  template <typename T>
  void Scalar(GgufType type, T value) {
    Type(type);
    Number(value);
  }
  void ArrayHead(GgufType type, uint64_t length) {
    Type(GgufType::kArray);
    Type(type);
    Number(length);
  }
  template <typename T>
  void Array(GgufType type, const std::vector<T>& values) {
    ArrayHead(type, values.size());
    if (values.empty()) return;
    out_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }

  std::string& out_;
};

}  // namespace

GgufImage BuildGgufHeader(const std::vector<PlanMetadata>& metadata,
                          const std::vector<CheckedTensor>& tensors) {
  GgufImage image;
  HeaderWriter writer(&image.header);
  image.header = "GGUF";
  writer.Number(kVersion);
  writer.Number<uint64_t>(tensors.size());
  writer.Number<uint64_t>(metadata.size());
  for (const PlanMetadata& entry : metadata) {
    writer.Text(entry.key);
    std::visit(writer, entry.value);
  }
  uint64_t offset = 0;
  for (const CheckedTensor& tensor : tensors) {
    writer.Text(tensor.name);
    writer.Number(static_cast<uint32_t>(tensor.shape.size()));
    for (const uint64_t extent : tensor.shape) writer.Number(extent);
    writer.Number(static_cast<uint32_t>(tensor.type));
    writer.Number(offset);
    image.places.push_back({offset, tensor.bytes});
    offset += Padded(tensor.bytes);
  }
  image.header.resize(static_cast<size_t>(Padded(image.header.size())));
  for (GgufTensorPlace& place : image.places) place.offset += image.header.size();
  image.size_bytes = image.header.size() + offset;
  return image;
}

}  // namespace abstractllm
