#include "gguf_mutator.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <vector>

#include "ggml.h"
#include "gguf_file.h"

namespace abstractllm::test {
namespace {

constexpr uint32_t kArray = static_cast<uint32_t>(GgufType::kArray);
constexpr uint32_t kString = static_cast<uint32_t>(GgufType::kString);
constexpr uint64_t kAlignment = 32;

// Keys that some architecture reads, for adding where they do not belong.
constexpr const char* kKeys[] = {"attention.causal",
                                 "attention.clamp_kqv",
                                 "attention.head_count",
                                 "attention.head_count_kv",
                                 "attention.key_length",
                                 "attention.key_length_mla",
                                 "attention.key_length_swa",
                                 "attention.max_alibi_bias",
                                 "attention.relative_buckets_count",
                                 "attention.scale",
                                 "attention.shared_kv_layers",
                                 "attention.sliding_window",
                                 "attention.sliding_window_pattern",
                                 "attention.value_length",
                                 "attention.value_length_mla",
                                 "attention.value_length_swa",
                                 "decoder_block_count",
                                 "embedding_length_out",
                                 "expert_count",
                                 "expert_feed_forward_length",
                                 "expert_gating_func",
                                 "expert_group_count",
                                 "expert_group_used_count",
                                 "expert_shared_count",
                                 "expert_used_count",
                                 "final_logit_softcapping",
                                 "leading_dense_block_count",
                                 "logit_scale",
                                 "n_deepstack_layers",
                                 "nextn_predict_layers",
                                 "pooling_type",
                                 "rope.dimension_count",
                                 "rope.dimension_count_swa",
                                 "rope.dimension_sections",
                                 "rope.freq_base",
                                 "rope.scaling.factor",
                                 "rope.scaling.original_context_length",
                                 "rope.scaling.type",
                                 "vocab_size"};

// A forward reader of well-formed bytes.
struct Cursor {
  const std::string& bytes;
  size_t position = 0;
  bool ok = true;

  std::string Take(uint64_t size) {
    if (size > bytes.size() - position) {
      ok = false;
      return {};
    }
    std::string taken = bytes.substr(position, static_cast<size_t>(size));
    position += static_cast<size_t>(size);
    return taken;
  }
  template <typename T>
  T Number() {
    T value{};
    const std::string taken = Take(sizeof value);
    if (ok) std::memcpy(&value, taken.data(), sizeof value);
    return value;
  }
  std::string String() { return Take(Number<uint64_t>()); }
};

template <typename T>
std::string Bytes(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
T Peek(const std::string& bytes, size_t position) {
  T value{};
  if (position + sizeof value <= bytes.size()) {
    std::memcpy(&value, bytes.data() + position, sizeof value);
  }
  return value;
}

}  // namespace

struct GgufMutator::File {
  struct Entry {
    std::string key;
    uint32_t type = 0;
    std::string value;  // of an array: with element type and length
  };
  struct Tensor {
    std::string name;
    std::vector<uint64_t> shape;
    uint32_t type = 0;
  };
  uint32_t version = 3;
  std::vector<Entry> entries;
  std::vector<Tensor> tensors;

  std::string Architecture() const {
    for (const Entry& entry : entries) {
      if (entry.key == "general.architecture" && entry.value.size() > 8)
        return entry.value.substr(8);
    }
    return "llama";
  }
};

bool GgufMutator::Parse(const std::string& bytes, File* file) {
  Cursor cursor{bytes};
  if (cursor.Take(4) != "GGUF") return false;
  file->version = cursor.Number<uint32_t>();
  const auto tensors = cursor.Number<uint64_t>();
  const auto entries = cursor.Number<uint64_t>();
  for (uint64_t i = 0; i < entries && cursor.ok; ++i) {
    File::Entry entry;
    entry.key = cursor.String();
    entry.type = cursor.Number<uint32_t>();
    const size_t start = cursor.position;
    uint32_t element = entry.type;
    uint64_t length = 1;
    if (entry.type == kArray) {
      element = cursor.Number<uint32_t>();
      length = cursor.Number<uint64_t>();
    }
    if (element == kString) {
      for (uint64_t j = 0; j < length && cursor.ok; ++j) cursor.String();
    } else {
      cursor.Take(length * GgufTypeSize(static_cast<GgufType>(element)));
    }
    entry.value = bytes.substr(start, cursor.position - start);
    file->entries.push_back(std::move(entry));
  }
  for (uint64_t i = 0; i < tensors && cursor.ok; ++i) {
    File::Tensor tensor;
    tensor.name = cursor.String();
    const auto dimensions = cursor.Number<uint32_t>();
    for (uint32_t j = 0; j < dimensions && cursor.ok; ++j) {
      tensor.shape.push_back(cursor.Number<uint64_t>());
    }
    tensor.type = cursor.Number<uint32_t>();
    cursor.Number<uint64_t>();
    file->tensors.push_back(std::move(tensor));
  }
  return cursor.ok;
}

std::string GgufMutator::Serialize(const File& file, uint64_t* size) {
  std::string bytes = "GGUF" + Bytes(file.version) + Bytes<uint64_t>(file.tensors.size()) +
                      Bytes<uint64_t>(file.entries.size());
  for (const File::Entry& entry : file.entries) {
    bytes += Bytes<uint64_t>(entry.key.size()) + entry.key + Bytes(entry.type) + entry.value;
  }
  uint64_t offset = 0;
  for (const File::Tensor& tensor : file.tensors) {
    bytes += Bytes<uint64_t>(tensor.name.size()) + tensor.name;
    bytes += Bytes(static_cast<uint32_t>(tensor.shape.size()));
    uint64_t elements = 1;
    for (const uint64_t extent : tensor.shape) {
      bytes += Bytes(extent);
      elements *= extent;
    }
    bytes += Bytes(tensor.type) + Bytes(offset);
    const auto type = static_cast<ggml_type>(tensor.type);
    const bool known = tensor.type < GGML_TYPE_COUNT && ggml_blck_size(type) > 0;
    const uint64_t data =
        known ? elements / static_cast<uint64_t>(ggml_blck_size(type)) * ggml_type_size(type)
              : elements * 4;
    offset += (data + kAlignment - 1) / kAlignment * kAlignment;
  }
  bytes.resize((bytes.size() + kAlignment - 1) / kAlignment * kAlignment);
  *size = bytes.size() + offset;
  return bytes;
}

uint64_t GgufMutator::Number(uint64_t old) {
  static constexpr uint64_t kNumbers[] = {
      0,   1,   2,    3,    4,    5,     7,     8,        15,         16,         17,
      31,  32,  33,   63,   64,   127,   128,   255,      256,        257,        511,
      512, 513, 1023, 1024, 1025, 65535, 65536, 1u << 20, 0x7fffffff, 0x80000000, 0xffffffff};
  switch (Pick(6)) {
    case 0:
      return old + 1;
    case 1:
      return old - 1;
    case 2:
      return old * 2;
    case 3:
      return old / 2;
    default:
      return kNumbers[Pick(std::size(kNumbers))];
  }
}

void GgufMutator::FlipBits(std::string* bytes) {
  if (bytes->empty()) return;
  for (uint64_t i = Pick(4) + 1; i > 0; --i) {
    char& byte = (*bytes)[Pick(bytes->size())];
    byte = static_cast<char>(byte ^ (1 << Pick(8)));
  }
}

void GgufMutator::MutateArray(std::string* value) {
  const auto element = Peek<uint32_t>(*value, 0);
  const auto length = Peek<uint64_t>(*value, 4);
  const size_t element_size = GgufTypeSize(static_cast<GgufType>(element));
  std::vector<std::string> elements;
  Cursor cursor{*value, 12};
  for (uint64_t i = 0; i < length; ++i) {
    elements.push_back(element == kString ? cursor.String() : cursor.Take(element_size));
  }
  uint32_t new_element = element;
  switch (Pick(6)) {
    case 0:
      elements.resize(Pick(elements.size() + 1));
      break;
    case 1:
      for (uint64_t i = Pick(4); i-- > 0 && !elements.empty();)
        elements.push_back(elements.front());
      break;
    case 2:
      if (!elements.empty()) elements[Pick(elements.size())] = elements[Pick(elements.size())];
      break;
    case 3:
      if (element != kString) new_element = static_cast<uint32_t>(Pick(13));
      break;
    default:
      for (uint64_t i = Pick(3) + 1; i-- > 0 && !elements.empty();) {
        std::string& chosen = elements[Pick(elements.size())];
        if (element == kString) {
          if (Pick(3) == 0) chosen.assign(Pick(2000), 'x');
          FlipBits(&chosen);
        } else {
          const std::string number = Bytes(Number(Peek<uint8_t>(chosen, 0)));
          chosen.assign(number, 0, chosen.size());
        }
      }
  }
  std::string result = Bytes(new_element) + Bytes<uint64_t>(elements.size());
  for (const std::string& one : elements) {
    if (element == kString) result += Bytes<uint64_t>(one.size());
    result += one;
  }
  *value = std::move(result);
}

void GgufMutator::MutateEntry(File* file) {
  if (file->entries.empty()) return;
  const uint64_t index = Pick(file->entries.size());
  File::Entry& entry = file->entries[index];
  description_ += " entry " + entry.key;
  switch (Pick(12)) {
    case 0:
      description_ += " removed";
      file->entries.erase(file->entries.begin() + static_cast<ptrdiff_t>(index));
      return;
    case 1:
      description_ += " type";
      if (entry.type != kArray && entry.type != kString) {
        entry.type = static_cast<uint32_t>(Pick(13));
        if (entry.type == kArray || entry.type == kString) entry.type = 4;
        entry.value.resize(GgufTypeSize(static_cast<GgufType>(entry.type)));
      }
      return;
    case 2:
      if (entry.type != kArray && entry.type != kString) {
        // One number per layer, of which one differs.
        const uint64_t length = Pick(8) + 1;
        std::string value = Bytes(entry.type) + Bytes(length);
        for (uint64_t i = 0; i < length; ++i) value += entry.value;
        entry.type = kArray;
        entry.value = std::move(value);
        MutateArray(&entry.value);
        description_ += " to array";
        return;
      }
      break;
    default:
      break;
  }
  if (entry.type == kArray) {
    MutateArray(&entry.value);
    description_ += " array";
  } else if (entry.type == kString) {
    std::string text = entry.value.substr(8);
    if (Pick(2) == 0) text = file->Architecture();
    FlipBits(&text);
    entry.value = Bytes<uint64_t>(text.size()) + text;
    description_ += " = " + text.substr(0, 40);
  } else if (entry.type == static_cast<uint32_t>(GgufType::kFloat32)) {
    static const float kFloats[] = {
        0.0f, -1.0f, 1.0f, 1e-30f, 1e30f, -1e30f, __builtin_inff(), __builtin_nanf("")};
    const float number = kFloats[Pick(std::size(kFloats))];
    entry.value = Bytes(number);
    description_ += " = " + std::to_string(number);
  } else {
    const uint64_t number = Number(Peek<uint32_t>(entry.value, 0));
    entry.value.replace(0, entry.value.size(), Bytes(number), 0, entry.value.size());
    description_ += " = " + std::to_string(number);
  }
}

void GgufMutator::AddEntry(File* file) {
  const std::string key = file->Architecture() + '.' + kKeys[Pick(std::size(kKeys))];
  const uint64_t number = Number(Pick(64));
  description_ += " add " + key + " = " + std::to_string(number);
  for (File::Entry& entry : file->entries) {
    if (entry.key != key) continue;
    entry.type = 4;
    entry.value = Bytes(static_cast<uint32_t>(number));
    return;
  }
  file->entries.push_back({key, 4, Bytes(static_cast<uint32_t>(number))});
}

void GgufMutator::MutateTensor(File* file) {
  if (file->tensors.empty()) return;
  const uint64_t index = Pick(file->tensors.size());
  File::Tensor& tensor = file->tensors[index];
  description_ += " tensor " + tensor.name;
  switch (Pick(8)) {
    case 0:
      description_ += " removed";
      file->tensors.erase(file->tensors.begin() + static_cast<ptrdiff_t>(index));
      return;
    case 1:
      std::reverse(tensor.shape.begin(), tensor.shape.end());
      description_ += " transposed";
      return;
    case 2:
      if (!tensor.shape.empty()) {
        uint64_t& extent = tensor.shape[Pick(tensor.shape.size())];
        extent = std::min<uint64_t>(Number(extent), 1 << 16);
        description_ += " extent " + std::to_string(extent);
      }
      return;
    case 3:
      if (tensor.shape.size() < 4) tensor.shape.push_back(Pick(3) + 1);
      description_ += " more dimensions";
      return;
    case 4:
      std::swap(tensor.name, file->tensors[Pick(file->tensors.size())].name);
      description_ += " swapped";
      return;
    default:
      tensor.type = static_cast<uint32_t>(Pick(GGML_TYPE_COUNT + 1));
      description_ += " type " + std::to_string(tensor.type);
  }
}

std::string GgufMutator::Header(const std::string& file, uint64_t* size) {
  File parsed;
  return Parse(file, &parsed) ? Serialize(parsed, size) : std::string();
}

std::string GgufMutator::Mutate(const std::string& file, uint64_t* size) {
  description_.clear();
  File parsed;
  if (!Parse(file, &parsed)) {
    std::string bytes = file;
    FlipBits(&bytes);
    *size = bytes.size();
    return bytes;
  }
  for (uint64_t i = Pick(3) + 1; i > 0; --i) {
    const uint64_t kind = Pick(10);
    if (kind < 6) {
      MutateEntry(&parsed);
    } else if (kind < 8) {
      MutateTensor(&parsed);
    } else {
      AddEntry(&parsed);
    }
  }
  std::string bytes = Serialize(parsed, size);
  if (Pick(20) == 0) {
    FlipBits(&bytes);
    description_ += " bits";
  }
  return bytes;
}

}  // namespace abstractllm::test
