#include "safetensors_builder.h"

#include <utility>

#include "gguf_builder.h"

namespace abstractllm::test {

SafetensorsBuilder& SafetensorsBuilder::Add(const std::string& name, const std::string& type,
                                            std::vector<uint64_t> shape, std::string data) {
  const size_t begin = data_.size();
  data_ += data;
  entries_.push_back({name, type, std::move(shape), begin, data_.size()});
  return *this;
}

SafetensorsBuilder& SafetensorsBuilder::AddFloats(const std::string& name,
                                                  std::vector<uint64_t> shape,
                                                  const std::vector<float>& values) {
  return Add(
      name, "F32", std::move(shape),
      std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)));
}

std::string SafetensorsBuilder::Header() const {
  std::string json = R"({"__metadata__":{"format":"pt"})";
  for (const Entry& entry : entries_) {
    json += ",\"" + entry.name + R"(":{"dtype":")" + entry.type + R"(","shape":[)";
    for (size_t i = 0; i < entry.shape.size(); ++i) {
      json += (i == 0 ? "" : ",") + std::to_string(entry.shape[i]);
    }
    json += R"(],"data_offsets":[)" + std::to_string(entry.begin) + ',' +
            std::to_string(entry.end) + "]}";
  }
  return json + '}';
}

std::string SafetensorsBuilder::Wrap(const std::string& header, const std::string& data) {
  const uint64_t size = header.size();
  return std::string(reinterpret_cast<const char*>(&size), sizeof size) + header + data;
}

bool SafetensorsBuilder::Write(const std::string& path) const { return WriteBytes(path, Build()); }

}  // namespace abstractllm::test
