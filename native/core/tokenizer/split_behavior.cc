#include "tokenizer/split_behavior.h"

namespace abstractllm {
namespace {

bool FindBehavior(const std::string& name, SplitBehavior* behavior) {
  if (name == "Removed") {
    *behavior = SplitBehavior::kRemoved;
  } else if (name == "Isolated") {
    *behavior = SplitBehavior::kIsolated;
  } else if (name == "MergedWithPrevious") {
    *behavior = SplitBehavior::kMergedWithPrevious;
  } else if (name == "MergedWithNext") {
    *behavior = SplitBehavior::kMergedWithNext;
  } else if (name == "Contiguous") {
    *behavior = SplitBehavior::kContiguous;
  } else {
    return false;
  }
  return true;
}

}  // namespace

SplitBehavior ReadBehavior(SpecFields* fields, const char* name) {
  SplitBehavior behavior = SplitBehavior::kIsolated;
  const std::string text = fields->RequiredText(name);
  if (!FindBehavior(text, &behavior)) {
    fields->Fail(Code::kUnsupportedModel, fields->PathOf(name),
                 "is \"" + text + "\", which is not known");
  }
  return behavior;
}

SplitBehavior ReadBehavior(SpecFields* fields, const char* name, SplitBehavior otherwise) {
  return fields->Text(name, "").empty() ? otherwise : ReadBehavior(fields, name);
}

bool StretchSplitter::JoinsLast(bool is_cut) const {
  switch (behavior_) {
    case SplitBehavior::kRemoved:
    case SplitBehavior::kIsolated:
      return false;
    case SplitBehavior::kMergedWithPrevious:
      return is_cut && !last_is_cut_;
    case SplitBehavior::kMergedWithNext:
      return awaits_next_ && !is_cut;
    case SplitBehavior::kContiguous:
      return is_cut == last_is_cut_;
  }
  return false;
}

void StretchSplitter::Add(size_t begin, size_t end, bool is_cut) {
  if (is_open_ && JoinsLast(is_cut)) {
    end_ = end;
  } else {
    if (is_open_ && begin_ < end_) {
      pieces_.push_back({static_cast<uint32_t>(begin_), static_cast<uint32_t>(end_), -1});
    }
    begin_ = begin;
    end_ = end;
    is_open_ = !(is_cut && behavior_ == SplitBehavior::kRemoved);
  }
  last_is_cut_ = is_cut;
  awaits_next_ = is_cut;
}

void StretchSplitter::Finish() {
  if (is_open_ && begin_ < end_) {
    pieces_.push_back({static_cast<uint32_t>(begin_), static_cast<uint32_t>(end_), -1});
  }
  is_open_ = false;
  last_is_cut_ = false;
  awaits_next_ = false;
}

}  // namespace abstractllm
