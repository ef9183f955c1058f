#include "convert_plan.h"

#include <cmath>

#include "js_fields.h"

namespace abstractllm {
namespace {

// JavaScript's exact integers; what is larger is no count of anything.
uint64_t Unsigned(const Napi::Value& value, const char* name) {
  constexpr double kMost = 9007199254740991.0;
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(number >= 0 && number <= kMost) || number != std::floor(number)) {
    ThrowType(value.Env(), name, "an integer from 0");
  }
  return static_cast<uint64_t>(number);
}

uint32_t Unsigned32(const Napi::Value& value, const char* name) {
  const uint64_t number = Unsigned(value, name);
  if (number > UINT32_MAX) ThrowType(value.Env(), name, "an integer below 2^32");
  return static_cast<uint32_t>(number);
}

int32_t Signed32(const Napi::Value& value, const char* name) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
  if (!(number >= INT32_MIN && number <= INT32_MAX) || number != std::floor(number)) {
    ThrowType(value.Env(), name, "an integer of 32 bits");
  }
  return static_cast<int32_t>(number);
}

float Float(const Napi::Value& value, const char* name) {
  if (!value.IsNumber()) ThrowType(value.Env(), name, "a number");
  return value.As<Napi::Number>().FloatValue();
}

bool Bool(const Napi::Value& value, const char* name) {
  if (!value.IsBoolean()) ThrowType(value.Env(), name, "a boolean");
  return value.As<Napi::Boolean>().Value();
}

PlanFlag Flag(const Napi::Value& value, const char* name) {
  return Bool(value, name) ? PlanFlag::kTrue : PlanFlag::kFalse;
}

std::string Text(const Napi::Value& value, const char* name) {
  if (!value.IsString()) ThrowType(value.Env(), name, "a string");
  return value.As<Napi::String>().Utf8Value();
}

Napi::Object Object(const Napi::Value& value, const char* name) {
  if (!value.IsObject()) ThrowType(value.Env(), name, "an object");
  return value.As<Napi::Object>();
}

// One array of `name`, whose elements `convert` reads.
template <typename T, typename Convert>
std::vector<T> List(const Napi::Value& value, const char* name, Convert convert) {
  if (!value.IsArray()) ThrowType(value.Env(), name, "an array");
  const auto array = value.As<Napi::Array>();
  std::vector<T> list;
  list.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::HandleScope scope(value.Env());  // plans have thousands of objects
    list.push_back(convert(array.Get(i), name));
  }
  return list;
}

PlanValue MetadataValue(const std::string& type, const Napi::Value& value) {
  constexpr char kName[] = "value";
  if (type == "u32") return Unsigned32(value, kName);
  if (type == "i32") return Signed32(value, kName);
  if (type == "u64") return Unsigned(value, kName);
  if (type == "f32") return Float(value, kName);
  if (type == "bool") return Bool(value, kName);
  if (type == "string") return Text(value, kName);
  if (type == "u32[]") return List<uint32_t>(value, kName, Unsigned32);
  if (type == "i32[]") return List<int32_t>(value, kName, Signed32);
  if (type == "f32[]") return List<float>(value, kName, Float);
  if (type == "bool[]") return List<PlanFlag>(value, kName, Flag);
  if (type == "string[]") return List<std::string>(value, kName, Text);
  ThrowType(value.Env(), "type", "a type of metadata");
}

PlanMetadata Metadata(const Napi::Value& value, const char* name) {
  const Napi::Object object = Object(value, name);
  return {StringField(object, "key"),
          MetadataValue(StringField(object, "type"), object.Get("value"))};
}

PlanToken Token(const Napi::Value& value, const char* name) {
  if (value.IsString()) return Text(value, name);
  return Unsigned32(value, name);
}

std::optional<PlanToken> OptionalToken(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (value.IsUndefined()) return std::nullopt;
  return Token(value, name);
}

std::optional<bool> OptionalFlag(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (value.IsUndefined()) return std::nullopt;
  return Bool(value, name);
}

PlanVocabulary VocabularyFromJs(const Napi::Object& object) {
  PlanVocabulary vocabulary;
  vocabulary.tokenizer_json = OptionalStringField(object, "tokenizerJson");
  vocabulary.tokenizer_model = OptionalStringField(object, "tokenizerModel");
  vocabulary.size = Unsigned32(object.Get("size"), "size");
  vocabulary.bos = OptionalToken(object, "bos");
  vocabulary.eos = OptionalToken(object, "eos");
  vocabulary.unk = OptionalToken(object, "unk");
  vocabulary.sep = OptionalToken(object, "sep");
  vocabulary.pad = OptionalToken(object, "pad");
  vocabulary.cls = OptionalToken(object, "cls");
  vocabulary.mask = OptionalToken(object, "mask");
  vocabulary.stop = List<PlanToken>(object.Get("stop"), "stop", Token);
  vocabulary.add_bos = OptionalFlag(object, "addBos");
  vocabulary.add_eos = OptionalFlag(object, "addEos");
  vocabulary.clean_up_spaces = OptionalFlag(object, "cleanUpSpaces");
  vocabulary.chat_template = OptionalStringField(object, "chatTemplate");
  return vocabulary;
}

RowRange Rows(const Napi::Value& value, const char* name) {
  if (!value.IsArray()) ThrowType(value.Env(), name, "an array of arrays");
  const auto array = value.As<Napi::Array>();
  if (array.Length() < 2 || array.Length() > 3) {
    ThrowType(value.Env(), name, "an array of two or three numbers each");
  }
  return {Unsigned(array.Get(0u), name), Unsigned(array.Get(1u), name),
          array.Length() < 3 || array.Get(2u).IsUndefined() ? 1 : Unsigned(array.Get(2u), name)};
}

HeadPermutation Permutation(const Napi::Object& object) {
  const Napi::Object permute = ObjectField(object, "permute");
  HeadPermutation permutation;
  permutation.heads = Unsigned(permute.Get("heads"), "heads");
  permutation.head_rows = Unsigned(permute.Get("headRows"), "headRows");
  const Napi::Value first = object.Get("first");
  if (!first.IsUndefined()) permutation.first = Unsigned(first, "first");
  return permutation;
}

// One object stands for as many segments as it names tensors.
void AddSegments(const Napi::Value& value, std::vector<PlanSegment>* segments) {
  const Napi::Object object = Object(value, "segments");
  PlanSegment segment;
  segment.file = Unsigned32(object.Get("file"), "file");
  segment.tensor = StringField(object, "tensor");
  segment.transpose = OptionalBoolField(object, "transpose");
  const Napi::Value first_column = object.Get("firstColumn");
  if (!first_column.IsUndefined()) segment.first_column = Unsigned(first_column, "firstColumn");
  const Napi::Value rows = object.Get("rows");
  if (rows.IsArray()) {
    segment.rows = List<RowRange>(rows, "rows", Rows);
  } else {
    segment.permute = Permutation(Object(rows, "rows"));
  }
  segments->push_back(segment);
  const Napi::Value more = object.Get("more");
  if (more.IsUndefined()) return;
  for (std::string& tensor : List<std::string>(more, "more", Text)) {
    segment.tensor = std::move(tensor);
    segments->push_back(segment);
  }
}

std::vector<PlanSegment> Segments(const Napi::Value& value) {
  if (!value.IsArray()) ThrowType(value.Env(), "segments", "an array");
  const auto array = value.As<Napi::Array>();
  std::vector<PlanSegment> segments;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::HandleScope scope(value.Env());
    AddSegments(array.Get(i), &segments);
  }
  return segments;
}

PlanTensor Tensor(const Napi::Value& value, const char* name) {
  const Napi::Object object = Object(value, name);
  PlanTensor tensor;
  tensor.name = StringField(object, "name");
  tensor.shape = List<uint64_t>(object.Get("shape"), "shape", Unsigned);
  tensor.type = StringField(object, "type");
  const Napi::Value scale = object.Get("scale");
  if (!scale.IsUndefined()) tensor.scale = Float(scale, "scale");
  const Napi::Value add = object.Get("add");
  if (!add.IsUndefined()) tensor.add = Float(add, "add");
  const Napi::Value segments = object.Get("segments");
  if (!segments.IsUndefined()) tensor.segments = Segments(segments);
  const Napi::Value values = object.Get("values");
  if (!values.IsUndefined()) tensor.values = List<float>(values, "values", Float);
  return tensor;
}

AdapterPlan Adapter(const Napi::Value& value, const char* name) {
  const Napi::Object object = Object(value, name);
  AdapterPlan adapter;
  adapter.path = StringField(object, "path");
  adapter.files = StringsField(object, "files");
  adapter.metadata = List<PlanMetadata>(object.Get("metadata"), "metadata", Metadata);
  adapter.tensors = List<PlanTensor>(object.Get("tensors"), "tensors", Tensor);
  return adapter;
}

}  // namespace

std::shared_ptr<const CheckpointPlan> CheckpointPlanFromJs(const Napi::Object& object) {
  auto plan = std::make_shared<CheckpointPlan>();
  plan->files = StringsField(object, "files");
  plan->metadata = List<PlanMetadata>(object.Get("metadata"), "metadata", Metadata);
  plan->vocabulary = VocabularyFromJs(ObjectField(object, "vocabulary"));
  plan->tensors = List<PlanTensor>(object.Get("tensors"), "tensors", Tensor);
  const Napi::Value adapters = object.Get("adapters");
  if (!adapters.IsUndefined()) {
    plan->adapters = List<AdapterPlan>(adapters, "adapters", Adapter);
  }
  plan->quantization = OptionalStringField(object, "quantization");
  plan->cache_path = OptionalStringField(object, "cachePath");
  return plan;
}

}  // namespace abstractllm
