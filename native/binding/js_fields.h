// Typed fields of JavaScript objects. All throw a TypeError that names the field.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "napi_setup.h"

namespace abstractllm {

[[noreturn]] inline void ThrowType(Napi::Env env, const char* name, const char* expected) {
  throw Napi::TypeError::New(env, std::string(name) + " must be " + expected);
}

inline std::string StringField(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsString()) ThrowType(object.Env(), name, "a string");
  return value.As<Napi::String>().Utf8Value();
}

inline std::string OptionalStringField(const Napi::Object& object, const char* name) {
  return object.Get(name).IsUndefined() ? std::string() : StringField(object, name);
}

inline double NumberField(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsNumber()) ThrowType(object.Env(), name, "a number");
  return value.As<Napi::Number>().DoubleValue();
}

inline bool OptionalBoolField(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (value.IsUndefined()) return false;
  if (!value.IsBoolean()) ThrowType(object.Env(), name, "a boolean");
  return value.As<Napi::Boolean>().Value();
}

inline Napi::Object ObjectField(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsObject()) ThrowType(object.Env(), name, "an object");
  return value.As<Napi::Object>();
}

inline Napi::Array ArrayField(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsArray()) ThrowType(object.Env(), name, "an array");
  return value.As<Napi::Array>();
}

inline std::vector<std::string> StringsField(const Napi::Object& object, const char* name) {
  const Napi::Array array = ArrayField(object, name);
  std::vector<std::string> strings;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value item = array.Get(i);
    if (!item.IsString()) ThrowType(object.Env(), name, "an array of strings");
    strings.push_back(item.As<Napi::String>().Utf8Value());
  }
  return strings;
}

// A value that JavaScript has a name for.
template <typename T>
struct Named {
  const char* name;
  T value;
};

template <typename T, size_t N>
T NamedField(const Napi::Object& object, const char* field, const Named<T> (&list)[N]) {
  const std::string name = StringField(object, field);
  for (const Named<T>& item : list) {
    if (name == item.name) return item.value;
  }
  ThrowType(object.Env(), field, "a known name");
}

}  // namespace abstractllm
