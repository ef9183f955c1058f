#include "checkpoint/plan_check.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "load_error.h"

namespace abstractllm {
namespace {

constexpr uint64_t kMaxElements = uint64_t{1} << 40;
constexpr size_t kMaxTensors = 32768;
constexpr size_t kMaxSegments = 4096;  // of one tensor: experts, mostly
constexpr size_t kMaxRanges = size_t{1} << 20;
constexpr char kPlanFault[] =
    "Check that config.json belongs to these weights; if it does, report this as a bug.";

using TensorIndex = std::unordered_map<std::string, const SafetensorsEntry*>;

class PlanChecker {
 public:
  PlanChecker(const std::vector<PlanTensor>& tensors, const std::vector<SafetensorsHeader>& headers)
      : tensors_(tensors), headers_(headers) {}

  Result<std::vector<CheckedTensor>> Check() {
    if (CheckAll()) return std::move(checked_);
    return std::move(status_);
  }

 private:
  bool Fail(const PlanTensor& tensor, const std::string& what) {
    return Fail(headers_.empty() ? std::string() : headers_.front().path, tensor, what);
  }
  bool Fail(const std::string& path, const PlanTensor& tensor, const std::string& what) {
    status_ = CannotLoad(path, "the tensor " + Show(tensor.name) + " cannot be made: " + what,
                         kPlanFault, {{"tensor", tensor.name}});
    return false;
  }
  bool Fail(const PlanTensor& tensor, const PlanSegment& segment, const std::string& what) {
    return Fail(headers_[segment.file].path, tensor,
                "its source " + Show(segment.tensor) + " " + what);
  }
  bool Unsupported(const PlanTensor& tensor, const std::string& what) {
    const std::string path = headers_.empty() ? std::string() : headers_.front().path;
    status_ = Status::Error(Code::kUnsupportedModel,
                            "The tensor " + Show(tensor.name) + " of \"" + path + "\" " + what,
                            {{"path", path}, {"tensor", tensor.name}});
    return false;
  }

  bool CheckAll();
  bool CheckTensor(const PlanTensor& tensor, CheckedTensor* checked);
  bool CheckShape(const PlanTensor& tensor, CheckedTensor* checked);
  bool CheckValues(const PlanTensor& tensor, CheckedTensor* checked);
  bool CheckSegments(const PlanTensor& tensor, CheckedTensor* checked);
  bool FindSource(const PlanTensor& tensor, const PlanSegment& segment, bool as_column,
                  SourceMatrix* source);
  bool CheckRows(const PlanTensor& tensor, const PlanSegment& segment, uint64_t available,
                 CheckedSegment* checked);

  const std::vector<PlanTensor>& tensors_;
  const std::vector<SafetensorsHeader>& headers_;
  std::vector<TensorIndex> index_;
  std::vector<CheckedTensor> checked_;
  Status status_;
};

bool PlanChecker::CheckAll() {
  for (const SafetensorsHeader& header : headers_) {
    TensorIndex& index = index_.emplace_back();
    for (const SafetensorsEntry& entry : header.tensors) index.emplace(entry.name, &entry);
  }
  std::unordered_set<std::string> names;
  for (const PlanTensor& tensor : tensors_) {
    if (checked_.size() == kMaxTensors) return Fail(tensor, "there are too many tensors");
    if (!names.insert(tensor.name).second) return Fail(tensor, "it is planned twice");
    CheckedTensor checked;
    if (!CheckTensor(tensor, &checked)) return false;
    checked_.push_back(std::move(checked));
  }
  return true;
}

bool PlanChecker::CheckTensor(const PlanTensor& tensor, CheckedTensor* checked) {
  checked->name = tensor.name;
  checked->shape = tensor.shape;
  checked->scale = tensor.scale;
  checked->add = tensor.add;
  if (tensor.name.empty() || tensor.name.size() >= GGML_MAX_NAME ||
      tensor.name.find('\0') != std::string::npos) {
    return Fail(tensor, "this is no proper name");
  }
  checked->type = FindTargetType(tensor.type);
  if (checked->type == GGML_TYPE_COUNT) {
    return Unsupported(tensor, "is wanted as " + Show(tensor.type) +
                                   ", which no checkpoint can be converted to while loading.");
  }
  if (!std::isfinite(tensor.add) || !std::isfinite(tensor.scale)) {
    return Fail(tensor, "a number to add or to multiply by is not finite");
  }
  if (tensor.segments.empty() != !tensor.values.empty()) {
    return Fail(tensor, "it needs either sources or values");
  }
  return CheckShape(tensor, checked) &&
         (tensor.segments.empty() ? CheckValues(tensor, checked) : CheckSegments(tensor, checked));
}

bool PlanChecker::CheckShape(const PlanTensor& tensor, CheckedTensor* checked) {
  if (tensor.shape.empty() || tensor.shape.size() > GGML_MAX_DIMS) {
    return Fail(tensor, "it has " + std::to_string(tensor.shape.size()) + " dimensions");
  }
  uint64_t elements = 1;
  for (const uint64_t extent : tensor.shape) {
    if (extent == 0 || extent > kMaxElements || elements > kMaxElements / extent) {
      return Fail(tensor, "its shape is impossible");
    }
    elements *= extent;
  }
  const auto block = static_cast<uint64_t>(ggml_blck_size(checked->type));
  if (tensor.shape[0] % block != 0) {
    return Unsupported(tensor, "has rows of " + std::to_string(tensor.shape[0]) +
                                   " elements, which is not a multiple of " +
                                   std::to_string(block) + " as " + tensor.type + " needs.");
  }
  checked->columns = tensor.shape[0];
  checked->rows = elements / tensor.shape[0];
  SetTensorType(checked->type, checked);
  return true;
}

bool PlanChecker::CheckValues(const PlanTensor& tensor, CheckedTensor* checked) {
  if (checked->type != GGML_TYPE_F32) return Fail(tensor, "values are float32");
  if (tensor.values.size() != checked->rows * checked->columns) {
    return Fail(tensor, "it has " + std::to_string(tensor.values.size()) + " values for " +
                            std::to_string(checked->rows * checked->columns) + " elements");
  }
  checked->values = tensor.values;
  return true;
}

uint64_t CountRows(const PlanTensor& tensor) {
  uint64_t total = 0;
  for (const PlanSegment& segment : tensor.segments) {
    if (segment.permute) total += segment.permute->heads * segment.permute->head_rows;
    for (const RowRange& range : segment.rows) total += range.count;
  }
  return total;
}

bool PlanChecker::CheckSegments(const PlanTensor& tensor, CheckedTensor* checked) {
  if (tensor.segments.size() > kMaxSegments) return Fail(tensor, "it has too many sources");
  // See PlanTensor. Sums that overflow are found below, where each count is bounded.
  const bool as_column = tensor.shape.size() == 1 && CountRows(tensor) != 1;
  if (as_column) {
    if (ggml_blck_size(checked->type) != 1) {
      return Unsupported(tensor, "has one dimension, and such tensors are not quantised.");
    }
    std::swap(checked->rows, checked->columns);
    SetTensorType(checked->type, checked);
  }
  uint64_t rows = 0;
  for (const PlanSegment& segment : tensor.segments) {
    CheckedSegment part;
    if (!FindSource(tensor, segment, as_column, &part.source)) return false;
    part.transpose = segment.transpose;
    part.first_column = segment.first_column;
    const SourceMatrix& source = part.source;
    const uint64_t columns = segment.transpose ? source.rows : source.columns;
    if (segment.first_column > columns || checked->columns > columns - segment.first_column) {
      return Fail(tensor, segment,
                  "has " + std::to_string(columns) + " columns, where " +
                      std::to_string(checked->columns) + " from " +
                      std::to_string(segment.first_column) + " are needed");
    }
    const uint64_t available = segment.transpose ? source.columns : source.rows;
    if (!CheckRows(tensor, segment, available, &part)) return false;
    if (part.row_count > checked->rows - rows) {
      return Fail(tensor, "its sources have more than " + std::to_string(checked->rows) + " rows");
    }
    checked->segment_starts.push_back(rows);
    rows += part.row_count;
    checked->segments.push_back(std::move(part));
  }
  if (rows == checked->rows) return true;
  return Fail(tensor, "its sources have " + std::to_string(rows) + " of its " +
                          std::to_string(checked->rows) + " rows");
}

bool PlanChecker::FindSource(const PlanTensor& tensor, const PlanSegment& segment, bool as_column,
                             SourceMatrix* source) {
  if (segment.file >= headers_.size()) return Fail(tensor, "a source's file is not in the plan");
  const TensorIndex& index = index_[segment.file];
  const auto found = index.find(segment.tensor);
  if (found == index.end()) return Fail(tensor, segment, "is not in this file");
  const SafetensorsEntry& entry = *found->second;
  if (!FindSourceType(entry.type->name, &source->type)) {
    return Unsupported(tensor, std::string("is stored as ") + entry.type->name +
                                   ". Only checkpoints in F16, BF16, F32 and F64 can be loaded; "
                                   "use an edition that is not quantised.");
  }
  source->file = segment.file;
  source->offset = entry.offset;
  source->columns = as_column ? 1 : entry.shape.empty() ? 1 : entry.shape.back();
  source->rows = source->columns == 0 ? 0 : entry.elements / source->columns;
  return true;
}

bool PlanChecker::CheckRows(const PlanTensor& tensor, const PlanSegment& segment,
                            uint64_t available, CheckedSegment* checked) {
  const auto outside = [&] {
    return Fail(tensor, segment,
                "has " + std::to_string(available) + " rows, and others are meant");
  };
  if (segment.permute) {
    const HeadPermutation& permute = *segment.permute;
    if (!segment.rows.empty()) return Fail(tensor, segment, "is given rows and a permutation");
    if (permute.heads == 0 || permute.head_rows == 0 || permute.head_rows % 2 != 0) {
      return Fail(tensor, segment, "is given an impossible permutation");
    }
    if (permute.first > available ||
        permute.heads > (available - permute.first) / permute.head_rows) {
      return outside();
    }
    checked->row_count = permute.heads * permute.head_rows;
    checked->permute = permute;
    return true;
  }
  if (segment.rows.size() > kMaxRanges) return Fail(tensor, segment, "is cut too often");
  for (const RowRange& range : segment.rows) {
    if (range.count == 0) continue;
    // Backwards and repeated rows have no use; forwards, nothing overflows.
    if (range.step == 0 || range.first >= available ||
        range.count - 1 > (available - 1 - range.first) / range.step) {
      return outside();
    }
    checked->range_starts.push_back(checked->row_count);
    checked->ranges.push_back(range);
    if (range.count > kMaxElements - checked->row_count) return outside();
    checked->row_count += range.count;
  }
  return true;
}

}  // namespace

uint64_t CheckedSegment::SourceRow(uint64_t row) const {
  if (permute) {
    const uint64_t head = row / permute->head_rows;
    const uint64_t inside = row % permute->head_rows;
    const uint64_t half = inside % 2 * (permute->head_rows / 2);
    return permute->first + head * permute->head_rows + half + inside / 2;
  }
  const auto after = std::upper_bound(range_starts.begin(), range_starts.end(), row);
  const auto index = static_cast<size_t>(after - range_starts.begin()) - 1;
  return ranges[index].first + (row - range_starts[index]) * ranges[index].step;
}

void SetTensorType(ggml_type type, CheckedTensor* tensor) {
  const auto block = static_cast<uint64_t>(ggml_blck_size(type));
  tensor->type = type;
  tensor->row_bytes = tensor->columns / block * ggml_type_size(type);
  tensor->bytes = tensor->row_bytes * tensor->rows;
}

Result<std::vector<CheckedTensor>> CheckPlan(const std::vector<PlanTensor>& tensors,
                                             const std::vector<SafetensorsHeader>& headers) {
  return PlanChecker(tensors, headers).Check();
}

Status CheckPlanMetadata(const CheckpointPlan& plan) {
  const std::string path = plan.files.empty() ? std::string() : plan.files.front();
  std::unordered_set<std::string> keys;
  for (const PlanMetadata& entry : plan.metadata) {
    const std::string& key = entry.key;
    std::string what;
    if (key.empty() || key.find('\0') != std::string::npos) what = "is no proper key";
    // A count of the weights, although it is named after the tokenizer.
    const bool tokenizer =
        key.compare(0, 10, "tokenizer.") == 0 && key != "tokenizer.ggml.token_type_count";
    if (tokenizer || key == "general.alignment" || key.compare(0, 6, "split.") == 0) {
      what = "is not the plan's to set";
    }
    if (!keys.insert(key).second) what = "is set twice";
    if (what.empty()) continue;
    return CannotLoad(path, "the metadata entry " + Show(key) + " " + what, kPlanFault,
                      {{"key", key}});
  }
  return Status::Ok();
}

}  // namespace abstractllm
