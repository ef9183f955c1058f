// The members of one object of a tokenizer.json, with errors that say which.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/json_value.h"
#include "status.h"

namespace abstractllm {

// Reads member after member; the first that is wrong decides, the rest give defaults.
// Thread: one at a time. Owns: nothing; `spec` must outlive it.
class SpecFields {
 public:
  // `path` is where `spec` is in its file: "pre_tokenizer.pretokenizers[1]".
  SpecFields(const JsonValue& spec, std::string path);

  // The member "type"; "" after an error.
  std::string Type();
  // Members that may be missing or null.
  bool Bool(const char* name, bool otherwise);
  std::string Text(const char* name, const std::string& otherwise);
  uint32_t Unsigned(const char* name, uint32_t otherwise);
  // Members that must be there.
  bool RequiredBool(const char* name);
  std::string RequiredText(const char* name);
  // The members of an array.
  const std::vector<JsonValue>& RequiredItems(const char* name);
  // Of an object with one member: {"String": "x"} or {"Regex": "x"}, which patterns are.
  struct PatternSpec {
    bool is_regex = false;
    std::string text;
  };
  PatternSpec RequiredPattern(const char* name);

  // Where a member, or an item of it, is.
  std::string PathOf(const char* name) const { return path_ + '.' + name; }
  std::string PathOf(const char* name, size_t index) const {
    return PathOf(name) + '[' + std::to_string(index) + ']';
  }
  const std::string& path() const { return path_; }

  // Makes the whole wrong, unless it is already.
  void Fail(Code code, const std::string& where, const std::string& what);
  // The same, for what somebody else found out about this object.
  void Fail(const Status& status);
  bool ok() const { return status_.ok(); }
  const Status& status() const { return status_; }

 private:
  const JsonValue* Member(const char* name, JsonValue::Kind kind, bool required);

  const JsonValue& spec_;
  std::string path_;
  Status status_;
};

}  // namespace abstractllm
