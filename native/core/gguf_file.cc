#include "gguf_file.h"

#include <cstdio>
#include <exception>
#include <new>
#include <optional>
#include <unordered_set>

#include "file_io.h"
#include "gguf_header.h"

namespace abstractllm {
namespace {

struct TypeInfo {
  const char* name;
  size_t size;
};

constexpr TypeInfo kTypes[] = {
    {"u8", 1},   {"i8", 1},  {"u16", 2}, {"i16", 2}, {"u32", 4}, {"i32", 4}, {"f32", 4},
    {"bool", 1}, {"str", 0}, {"arr", 0}, {"u64", 8}, {"i64", 8}, {"f64", 8},
};

struct Split {
  uint64_t index = 0;
  uint64_t count = 1;
};

const GgufEntry* FindEntry(const std::vector<GgufEntry>& metadata, const std::string& key) {
  for (const GgufEntry& entry : metadata) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

// llama.cpp reads these two keys with an assertion on their type.
bool ReadSplit(const std::vector<GgufEntry>& metadata, Split& split) {
  const auto read = [&](const char* key, uint64_t& value) {
    const GgufEntry* entry = FindEntry(metadata, key);
    if (entry == nullptr) return true;
    if (entry->type != GgufType::kUint16) return false;
    value = std::get<uint64_t>(entry->value);
    return true;
  };
  return read("split.no", split.index) && read("split.count", split.count);
}

// "model-00002-of-00003.gguf", the only form that llama.cpp finds by itself.
std::string PartSuffix(uint64_t index, uint64_t count) {
  char suffix[64];
  std::snprintf(suffix, sizeof suffix, "-%05u-of-%05u.gguf", static_cast<unsigned>(index + 1),
                static_cast<unsigned>(count));
  return suffix;
}

// The path of another part, if `path` is named as part `index`.
std::optional<std::string> SiblingPath(const std::string& path, const Split& split,
                                       uint64_t sibling) {
  const std::string suffix = PartSuffix(split.index, split.count);
  if (path.size() <= suffix.size()) return std::nullopt;
  const size_t stem = path.size() - suffix.size();
  if (path.compare(stem, std::string::npos, suffix) != 0) return std::nullopt;
  return path.substr(0, stem) + PartSuffix(sibling, split.count);
}

void Append(GgufSummary& summary, GgufHeader& header) {
  for (GgufTensor& tensor : header.tensors) {
    tensor.part = static_cast<uint32_t>(summary.parts.size());
    summary.tensors.push_back(std::move(tensor));
  }
  summary.size_bytes += header.part.size_bytes;
  summary.parts.push_back(header.part);
}

Status AppendParts(GgufSummary& summary, const Split& split) {
  const std::string of_parts = " of the " + std::to_string(split.count) + " parts of the model";
  for (uint64_t i = 1; i < split.count; ++i) {
    const std::optional<std::string> path = SiblingPath(summary.path, split, i);
    if (!path) {
      return CannotLoad(summary.path,
                        "it is the first" + of_parts + ", and its name does not lead to the others",
                        "Name the parts <model>" + PartSuffix(0, split.count) + " and so on.");
    }
    if (DescribePath(*path).kind == PathKind::kMissing) {
      return Status::Error(Code::kModelNotFound,
                           "Part " + std::to_string(i + 1) + of_parts + " is missing: \"" + *path +
                               "\". Download all parts into one folder.",
                           {{"path", summary.path}, {"missing", *path}});
    }
    Result<GgufHeader> header = ReadGgufHeader(*path);
    if (!header.ok()) return header.status();
    Split own;
    if (FindEntry(header.value().metadata, "split.no") == nullptr ||
        !ReadSplit(header.value().metadata, own) || own.index != i) {
      return CannotLoad(*path, "it is not part " + std::to_string(i + 1) + of_parts,
                        "Download all parts again.");
    }
    Append(summary, header.value());
  }
  std::unordered_set<std::string> names;
  for (const GgufTensor& tensor : summary.tensors) {
    if (names.insert(tensor.name).second) continue;
    return CannotLoad(summary.path, "two of its parts hold the tensor " + Show(tensor.name),
                      "Download all parts again.", {{"tensor", tensor.name}});
  }
  return Status::Ok();
}

Result<GgufSummary> Summarize(const std::string& path, Result<GgufHeader> header) {
  if (!header.ok()) return header.status();
  GgufHeader& first = header.value();
  GgufSummary summary;
  summary.path = path;
  summary.version = first.version;
  summary.alignment = first.alignment;
  summary.data_offset = first.part.data_offset;
  summary.metadata = std::move(first.metadata);
  Append(summary, first);
  summary.architecture = summary.Text("general.architecture");
  summary.chat_template = summary.Text("tokenizer.chat_template");

  Split split;
  if (!ReadSplit(summary.metadata, split)) {
    return CannotLoad(path, "its entries split.no and split.count are not of the type u16",
                      "Get the model's parts again.");
  }
  if (split.index == 0 && split.count > 1) {
    const Status status = AppendParts(summary, split);
    if (!status.ok()) return status;
  }
  return summary;
}

}  // namespace

const char* GgufTypeName(GgufType type) {
  const auto index = static_cast<size_t>(type);
  return index < std::size(kTypes) ? kTypes[index].name : "?";
}

size_t GgufTypeSize(GgufType type) {
  const auto index = static_cast<size_t>(type);
  return index < std::size(kTypes) ? kTypes[index].size : 0;
}

const GgufEntry* GgufSummary::Find(const std::string& key) const {
  return FindEntry(metadata, key);
}

std::string GgufSummary::Text(const std::string& key) const {
  const GgufEntry* entry = Find(key);
  const auto* text = entry == nullptr ? nullptr : std::get_if<std::string>(&entry->value);
  return text == nullptr ? std::string() : *text;
}

Result<GgufSummary> ReadGguf(const std::string& path_utf8) try {
  return Summarize(path_utf8, ReadGgufHeader(path_utf8));
} catch (const std::bad_alloc&) {
  return NoMemoryToLoad(path_utf8);
} catch (const std::exception& error) {
  return CannotLoad(path_utf8, std::string("reading its header failed (") + error.what() + ")",
                    kGetAgain);
}

Result<GgufSummary> ReadGgufInMemory(const std::string& path, std::string_view header,
                                     uint64_t size) try {
  Result<GgufSummary> summary = Summarize(path, ReadGgufHeaderInMemory(path, header, size));
  if (summary.ok()) summary.value().memory = header;
  return summary;
} catch (const std::bad_alloc&) {
  return NoMemoryToLoad(path);
} catch (const std::exception& error) {
  return CannotLoad(path, std::string("reading its header failed (") + error.what() + ")",
                    kGetAgain);
}

}  // namespace abstractllm
