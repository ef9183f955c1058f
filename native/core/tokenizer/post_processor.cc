#include "tokenizer/post_processor.h"

#include <algorithm>

#include "load_error.h"
#include "tokenizer/spec_fields.h"

namespace abstractllm {
namespace {

bool ReadId(const JsonValue& value, std::vector<int32_t>* ids) {
  if (value.kind != JsonValue::Kind::kNumber || !(value.number >= 0 && value.number <= INT32_MAX)) {
    return false;
  }
  ids->push_back(static_cast<int32_t>(value.number));
  return true;
}

// Appends the ids of a template's special token.
bool ReadTokenIds(const JsonValue& spec, const std::string& name, std::vector<int32_t>* ids) {
  const JsonValue* tokens = spec.Find("special_tokens");
  const JsonValue* token = tokens == nullptr ? nullptr : tokens->Find(name.c_str());
  const JsonValue* list = token == nullptr ? nullptr : token->Find("ids");
  return list != nullptr && std::all_of(list->items.begin(), list->items.end(),
                                        [&](const JsonValue& id) { return ReadId(id, ids); });
}

void ReadTemplate(const JsonValue& spec, SpecFields* fields, PostProcessor* result) {
  size_t texts = 0;
  const std::vector<JsonValue>& items = fields->RequiredItems("single");
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].Find("Sequence") != nullptr) ++texts;
    const JsonValue* token = items[i].Find("SpecialToken");
    if (token == nullptr) continue;
    const std::string name = token->Text("id");
    if (!ReadTokenIds(spec, name, texts == 0 ? &result->before : &result->after)) {
      fields->Fail(Code::kModelLoading, fields->PathOf("single", i),
                   "names " + Show(name) + ", which has no ids in special_tokens");
    }
  }
  if (texts != 1) {
    fields->Fail(Code::kUnsupportedModel, fields->PathOf("single"), "has a text not exactly once");
  }
}

// ["[SEP]", 102]
void ReadPair(const JsonValue& spec, const char* name, SpecFields* fields,
              std::vector<int32_t>* ids) {
  const JsonValue* pair = spec.Find(name);
  if (pair == nullptr || pair->items.size() != 2 || !ReadId(pair->items[1], ids)) {
    fields->Fail(Code::kModelLoading, fields->PathOf(name), "has to be a text and its id");
  }
}

Status ReadSequence(SpecFields* fields, PostProcessor* result) {
  const std::vector<JsonValue>& items = fields->RequiredItems("processors");
  for (size_t i = 0; i < items.size(); ++i) {
    Result<PostProcessor> part = MakePostProcessor(items[i], fields->PathOf("processors", i));
    if (!part.ok()) return part.status();
    // Each gets what the one before it has made.
    const PostProcessor& outer = part.value();
    result->before.insert(result->before.begin(), outer.before.begin(), outer.before.end());
    result->after.insert(result->after.end(), outer.after.begin(), outer.after.end());
    if (outer.trims_offsets) {
      result->trims_offsets = true;
      result->adds_prefix_space = outer.adds_prefix_space;
    }
  }
  return fields->status();
}

}  // namespace

Result<PostProcessor> MakePostProcessor(const JsonValue& spec, const std::string& path) {
  PostProcessor result;
  if (spec.kind == JsonValue::Kind::kNull) return result;
  SpecFields fields(spec, path);
  const std::string type = fields.Type();
  if (type == "Sequence") {
    if (Status status = ReadSequence(&fields, &result); !status.ok()) return status;
    return result;
  }
  if (type == "TemplateProcessing") {
    ReadTemplate(spec, &fields, &result);
  } else if (type == "BertProcessing" || type == "RobertaProcessing") {
    ReadPair(spec, "cls", &fields, &result.before);
    ReadPair(spec, "sep", &fields, &result.after);
  } else if (type != "ByteLevel") {
    fields.Fail(Code::kUnsupportedModel, fields.PathOf("type"),
                "is the unknown kind " + Show(type));
  }
  if (type == "RobertaProcessing" || type == "ByteLevel") {
    result.trims_offsets = fields.Bool("trim_offsets", true);
    result.adds_prefix_space = fields.Bool("add_prefix_space", true);
  }
  if (!fields.ok()) return fields.status();
  return result;
}

}  // namespace abstractllm
