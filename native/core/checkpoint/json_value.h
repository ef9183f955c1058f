// A small JSON value as a tree, for the parts of a file that are worth one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "checkpoint/json_reader.h"

namespace abstractllm {

struct JsonValue {
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  bool boolean = false;
  double number = 0;
  std::string text;
  std::vector<JsonValue> items;
  std::vector<std::pair<std::string, JsonValue>> members;

  // Of an object; null if there is none, or this is no object.
  const JsonValue* Find(const char* key) const;
  // Of a member, or the other if it is missing or of another kind.
  bool Bool(const char* key, bool otherwise) const;
  std::string Text(const char* key) const;
};

// The value whose first token was just read, to its end. Calls itself once per level,
// which the reader bounds, and takes a million values at most. False on an error, which
// the reader has.
bool ReadJsonValue(JsonReader* reader, JsonReader::Token first, JsonValue* value);

}  // namespace abstractllm
