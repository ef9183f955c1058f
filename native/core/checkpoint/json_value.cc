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

bool ReadJsonValue(JsonReader* reader, Token first, JsonValue* value) {
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
        if (!ReadJsonValue(reader, token, &value->items.emplace_back())) return false;
      }
      return true;
    case Token::kObject:
      value->kind = JsonValue::Kind::kObject;
      for (Token token = reader->Next(); token != Token::kObjectEnd; token = reader->Next()) {
        if (token != Token::kKey) return false;
        auto& member = value->members.emplace_back();
        member.first = std::move(reader->text());
        if (!ReadJsonValue(reader, reader->Next(), &member.second)) return false;
      }
      return true;
    default:
      return false;
  }
}

}  // namespace abstractllm
