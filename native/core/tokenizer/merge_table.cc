#include "tokenizer/merge_table.h"

namespace abstractllm {

void MergeTable::Reserve(size_t count) {
  size_t size = 16;
  while (size < count * 2) size *= 2;
  if (size <= entries_.size()) return;
  std::vector<Entry> old(size);
  old.swap(entries_);
  mask_ = size - 1;
  count_ = 0;
  for (const Entry& entry : old) {
    if (entry.key != kEmpty) Insert(entry);
  }
}

void MergeTable::Add(int32_t left, int32_t right, Merge merge) {
  Reserve(count_ + 1);
  Insert({Key(left, right), merge});
}

void MergeTable::Insert(const Entry& added) {
  size_t slot = Place(added.key);
  while (entries_[slot].key != kEmpty && entries_[slot].key != added.key) {
    slot = (slot + 1) & mask_;
  }
  if (entries_[slot].key == kEmpty) ++count_;
  entries_[slot] = added;
}

}  // namespace abstractllm
