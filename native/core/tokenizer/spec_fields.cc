#include "tokenizer/spec_fields.h"

#include <cmath>
#include <utility>

namespace abstractllm {
namespace {

const char* NameOf(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::kNull:
      return "null";
    case JsonValue::Kind::kBool:
      return "true or false";
    case JsonValue::Kind::kNumber:
      return "a number";
    case JsonValue::Kind::kString:
      return "a string";
    case JsonValue::Kind::kArray:
      return "an array";
    case JsonValue::Kind::kObject:
      return "an object";
  }
  return "";
}

}  // namespace

SpecFields::SpecFields(const JsonValue& spec, std::string path)
    : spec_(spec), path_(std::move(path)) {
  if (spec.kind != JsonValue::Kind::kObject) {
    Fail(Code::kModelLoading, path_,
         std::string("has to be an object, but is ") + NameOf(spec.kind));
  }
}

void SpecFields::Fail(Code code, const std::string& where, const std::string& what) {
  if (!status_.ok()) return;
  status_ =
      Status::Error(code, "In the tokenizer, \"" + where + "\" " + what + ".", {{"field", where}});
}

void SpecFields::Fail(const Status& status) {
  if (!status_.ok()) return;
  status_ = status;
  status_.message += " It is \"" + path_ + "\" of the tokenizer.";
  status_.details.emplace_back("field", path_);
}

const JsonValue* SpecFields::Member(const char* name, JsonValue::Kind kind, bool required) {
  if (!ok()) return nullptr;
  const JsonValue* member = spec_.Find(name);
  const bool missing = member == nullptr || member->kind == JsonValue::Kind::kNull;
  if (missing && !required) return nullptr;
  if (missing) {
    Fail(Code::kModelLoading, PathOf(name), "is missing");
    return nullptr;
  }
  if (member->kind != kind) {
    Fail(Code::kModelLoading, PathOf(name),
         std::string("has to be ") + NameOf(kind) + ", but is " + NameOf(member->kind));
    return nullptr;
  }
  return member;
}

std::string SpecFields::Type() { return RequiredText("type"); }

bool SpecFields::Bool(const char* name, bool otherwise) {
  const JsonValue* member = Member(name, JsonValue::Kind::kBool, false);
  return member != nullptr ? member->boolean : otherwise;
}

bool SpecFields::RequiredBool(const char* name) {
  const JsonValue* member = Member(name, JsonValue::Kind::kBool, true);
  return member != nullptr && member->boolean;
}

std::string SpecFields::Text(const char* name, const std::string& otherwise) {
  const JsonValue* member = Member(name, JsonValue::Kind::kString, false);
  return member != nullptr ? member->text : otherwise;
}

std::string SpecFields::RequiredText(const char* name) {
  const JsonValue* member = Member(name, JsonValue::Kind::kString, true);
  return member != nullptr ? member->text : std::string();
}

uint32_t SpecFields::Unsigned(const char* name, uint32_t otherwise) {
  const JsonValue* member = Member(name, JsonValue::Kind::kNumber, false);
  if (member == nullptr) return otherwise;
  const double number = member->number;
  if (!(number >= 0 && number <= UINT32_MAX) || std::floor(number) != number) {
    Fail(Code::kModelLoading, PathOf(name), "has to be an integer from 0 to 4294967295");
    return otherwise;
  }
  return static_cast<uint32_t>(number);
}

const std::vector<JsonValue>& SpecFields::RequiredItems(const char* name) {
  static const std::vector<JsonValue> kNone;
  const JsonValue* member = Member(name, JsonValue::Kind::kArray, true);
  return member != nullptr ? member->items : kNone;
}

SpecFields::PatternSpec SpecFields::RequiredPattern(const char* name) {
  const JsonValue* member = Member(name, JsonValue::Kind::kObject, true);
  if (member == nullptr) return {};
  if (member->members.size() == 1 && member->members[0].second.kind == JsonValue::Kind::kString) {
    const std::string& kind = member->members[0].first;
    if (kind == "Regex" || kind == "String") {
      return {kind == "Regex", member->members[0].second.text};
    }
  }
  Fail(Code::kModelLoading, PathOf(name), "has to be a {\"Regex\"} or a {\"String\"}");
  return {};
}

}  // namespace abstractllm
