#include "checkpoint/json_value.h"

namespace abstractllm {

using Token = JsonReader::Token;

const JsonValue* JsonValue::Find(const char* key) const {
  for (const auto& [name, value] : members) {
    if (name == key) return &value;
  }
  return nullptr;
}

bool JsonValue::Bool(const char* key, bool otherwise) const {
  const JsonValue* member = Find(key);
  return member != nullptr && member->kind == Kind::kBool ? member->boolean : otherwise;
}

std::string JsonValue::Text(const char* key) const {
  const JsonValue* member = Find(key);
  return member != nullptr ? member->text : std::string();
}

namespace {

// A value takes fifty times the memory of its text.
constexpr size_t kMaxValues = size_t{1} << 20;

bool ReadValue(JsonReader* reader, Token first, size_t* left, JsonValue* value) {
  if ((*left)-- == 0) {
    reader->Fail("more values than make sense here");
    return false;
  }
  switch (first) {
    case Token::kNull:
      return true;
    case Token::kTrue:
    case Token::kFalse:
      value->kind = JsonValue::Kind::kBool;
      value->boolean = first == Token::kTrue;
      return true;
    case Token::kNumber:
      value->kind = JsonValue::Kind::kNumber;
      value->number = reader->number();
      return true;
    case Token::kString:
      value->kind = JsonValue::Kind::kString;
      value->text = std::move(reader->text());
      return true;
    case Token::kArray:
      value->kind = JsonValue::Kind::kArray;
      for (Token token = reader->Next(); token != Token::kArrayEnd; token = reader->Next()) {
        if (!ReadValue(reader, token, left, &value->items.emplace_back())) return false;
      }
      return true;
    case Token::kObject:
      value->kind = JsonValue::Kind::kObject;
      for (Token token = reader->Next(); token != Token::kObjectEnd; token = reader->Next()) {
        if (token != Token::kKey) return false;
        auto& member = value->members.emplace_back();
        member.first = std::move(reader->text());
        if (!ReadValue(reader, reader->Next(), left, &member.second)) return false;
      }
      return true;
    default:
      return false;
  }
}

}  // namespace

bool ReadJsonValue(JsonReader* reader, Token first, JsonValue* value) {
  size_t left = kMaxValues;
  return ReadValue(reader, first, &left, value);
}

}  // namespace abstractllm
