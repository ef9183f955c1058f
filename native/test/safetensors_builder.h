// Writes safetensors files for tests: honest ones, and files that lie.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace abstractllm::test {

class SafetensorsBuilder {
 public:
  // Shapes are as PyTorch counts, the outermost dimension first.
  SafetensorsBuilder& Add(const std::string& name, const std::string& type,
                          std::vector<uint64_t> shape, std::string data);
  SafetensorsBuilder& AddFloats(const std::string& name, std::vector<uint64_t> shape,
                                const std::vector<float>& values);

  std::string Header() const;  // the JSON
  std::string Build() const { return Wrap(Header(), data_); }
  bool Write(const std::string& path) const;

  // A file with any header before any data.
  static std::string Wrap(const std::string& header, const std::string& data);

 private:
  struct Entry {
    std::string name;
    std::string type;
    std::vector<uint64_t> shape;
    size_t begin;
    size_t end;
  };
  std::vector<Entry> entries_;
  std::string data_;
};

}  // namespace abstractllm::test
