#include "plan_json.h"

#include "checkpoint/json_value.h"
#include "checkpoint/whole_file.h"

namespace abstractllm::test {
namespace {

uint64_t Number(const JsonValue& object, const char* key) {
  const JsonValue* member = object.Find(key);
  return member == nullptr ? 0 : static_cast<uint64_t>(member->number);
}

std::vector<JsonValue> Items(const JsonValue& object, const char* key) {
  const JsonValue* member = object.Find(key);
  return member == nullptr ? std::vector<JsonValue>() : member->items;
}

template <typename T>
std::vector<T> Numbers(const std::vector<JsonValue>& items) {
  std::vector<T> numbers;
  for (const JsonValue& item : items) numbers.push_back(static_cast<T>(item.number));
  return numbers;
}

PlanValue ValueOf(const JsonValue& entry) {
  const std::string type = entry.Text("type");
  const JsonValue* value = entry.Find("value");
  if (type == "string") return value->text;
  if (type == "bool") return value->boolean;
  if (type == "f32") return static_cast<float>(value->number);
  if (type == "f32[]") return Numbers<float>(value->items);
  if (type == "i32[]") return Numbers<int32_t>(value->items);
  return static_cast<uint32_t>(value->number);
}

PlanSegment SegmentOf(const JsonValue& object) {
  PlanSegment segment;
  segment.file = static_cast<uint32_t>(Number(object, "file"));
  segment.tensor = object.Text("tensor");
  segment.transpose = object.Find("transpose") != nullptr;
  const JsonValue* rows = object.Find("rows");
  if (const JsonValue* permute = rows->Find("permute")) {
    segment.permute = HeadPermutation{Number(*permute, "heads"), Number(*permute, "headRows"), 0};
  }
  for (const JsonValue& range : rows->items) {
    const auto numbers = Numbers<uint64_t>(range.items);
    segment.rows.push_back({numbers[0], numbers[1], numbers.size() > 2 ? numbers[2] : 1});
  }
  return segment;
}

PlanTensor TensorOf(const JsonValue& object) {
  PlanTensor tensor;
  tensor.name = object.Text("name");
  tensor.type = object.Text("type");
  tensor.shape = Numbers<uint64_t>(Items(object, "shape"));
  if (const JsonValue* add = object.Find("add")) tensor.add = static_cast<float>(add->number);
  for (const JsonValue& segment : Items(object, "segments")) {
    tensor.segments.push_back(SegmentOf(segment));
  }
  return tensor;
}

}  // namespace

std::shared_ptr<CheckpointPlan> ReadPlanJson(const std::string& folder) {
  const Result<std::string> text = ReadWholeFile(folder + "/plan.json", size_t{16} << 20);
  JsonValue root;
  if (!text.ok()) return nullptr;
  JsonReader reader(text.value());
  if (!ReadJsonValue(&reader, reader.Next(), &root)) return nullptr;
  auto plan = std::make_shared<CheckpointPlan>();
  for (const JsonValue& file : Items(root, "files"))
    plan->files.push_back(folder + '/' + file.text);
  for (const JsonValue& entry : Items(root, "metadata")) {
    plan->metadata.push_back({entry.Text("key"), ValueOf(entry)});
  }
  for (const JsonValue& tensor : Items(root, "tensors")) {
    plan->tensors.push_back(TensorOf(tensor));
  }
  return plan;
}

}  // namespace abstractllm::test
