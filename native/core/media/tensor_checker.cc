#include "media/tensor_checker.h"

#include <algorithm>
#include <utility>

#include "ggml.h"
#include "load_error.h"

namespace abstractllm {
namespace {

bool Suits(TensorUse use, ggml_type type) {
  switch (use) {
    case TensorUse::kMatrix:
      return type == GGML_TYPE_F32 || ggml_get_type_traits(type)->to_float != nullptr;
    case TensorUse::kKernel:
      return type == GGML_TYPE_F32 || type == GGML_TYPE_F16;
    case TensorUse::kTurned:
    case TensorUse::kLookedUp:
      return type == GGML_TYPE_F32 || type == GGML_TYPE_F16 || type == GGML_TYPE_BF16;
    case TensorUse::kElements:
      return type == GGML_TYPE_F32;
  }
  return false;
}

bool BeginsWithOne(const std::string& name, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) {
    return name.compare(0, prefix.size(), prefix) == 0;
  });
}

}  // namespace

TensorChecker::TensorChecker(const GgufSummary& summary, std::string type_name,
                             const std::vector<std::string>& prefixes,
                             const std::vector<std::string>& except)
    : summary_(summary), type_name_(std::move(type_name)) {
  for (const GgufTensor& tensor : summary.tensors) {
    if (BeginsWithOne(tensor.name, prefixes) && !BeginsWithOne(tensor.name, except)) {
      left_[tensor.name] = &tensor;
    }
  }
}

const GgufTensor* TensorChecker::Find(const std::string& name) const {
  const auto found = left_.find(name);
  return found == left_.end() ? nullptr : found->second;
}

bool TensorChecker::Fail(const std::string& tensor, const std::string& what) {
  status_ = CannotLoad(summary_.path, "its tensor " + Show(tensor) + " " + what, kGetAgain,
                       {{"tensor", tensor}});
  return false;
}

bool TensorChecker::CheckWhole(const std::vector<TensorRule>& rules) {
  return std::all_of(rules.begin(), rules.end(), [&](const TensorRule& rule) {
    const std::string name = rule.name;
    return name.find('#') != std::string::npos || CheckRule(rule, name);
  });
}

bool TensorChecker::CheckLayer(const std::vector<TensorRule>& rules, uint64_t layer) {
  for (const TensorRule& rule : rules) {
    std::string name = rule.name;
    const size_t mark = name.find('#');
    if (mark == std::string::npos) continue;
    name.replace(mark, 1, std::to_string(layer));
    if (!CheckRule(rule, name)) return false;
  }
  return true;
}

bool TensorChecker::CheckRest() {
  if (left_.empty()) return true;
  const std::string& name = left_.begin()->first;
  status_ =
      Status::Error(Code::kUnsupportedModel,
                    "The projector \"" + summary_.path + "\" has the tensor " + Show(name) +
                        ", which the engine has no use for in one of the type " + type_name_ + ".",
                    {{"path", summary_.path}, {"tensor", name}});
  return false;
}

bool TensorChecker::CheckRule(const TensorRule& rule, const std::string& name) {
  const auto found = left_.find(name);
  if (found == left_.end()) return !rule.needed || Fail(name, "is missing");
  const GgufTensor& tensor = *found->second;
  left_.erase(found);
  std::string shape = rule.shape;
  if (swapped_ && name.find(".ffn_") != std::string::npos) {
    for (char& size : shape) size = size == 'E' ? 'F' : 'E';
  }
  if (!HasShape(tensor, shape)) {
    std::string extents;
    for (const uint64_t extent : tensor.shape) {
      extents += (extents.empty() ? "" : " x ") + std::to_string(extent);
    }
    return Fail(name,
                "has the shape " + extents + ", which does not fit the others and the metadata");
  }
  const auto type = static_cast<ggml_type>(tensor.type);
  if (!Suits(rule.use, type)) {
    return Fail(name, "has the type " + tensor.type_name + ", which the engine cannot use there");
  }
  return true;
}

bool TensorChecker::HasShape(const GgufTensor& tensor, const std::string& shape) {
  std::vector<uint64_t> extents = tensor.shape;
  while (extents.size() > shape.size() && extents.back() == 1) extents.pop_back();
  if (extents.size() != shape.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'S') {
      uint64_t side = 1;
      while (side * side < extents[i] && side < 4096) ++side;
      if (side * side != extents[i]) return false;
      continue;
    }
    // The first of a letter says what the others are.
    const auto known = sizes_.emplace(shape[i], extents[i]).first;
    if (known->second != extents[i] || extents[i] == 0) return false;
  }
  return true;
}

}  // namespace abstractllm
