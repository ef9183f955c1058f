#include "cell_lists.h"

#include <cstring>

namespace abstractllm {
namespace {

constexpr uint16_t kMinusInfinity = 0xFC00;
constexpr int kShortest = 16;
constexpr int kBuckets = 256;

// Sets seen_by; about a 32nd of an instruction per token and cell where vectors have
// that many lanes. Returns whether the mask has values other than 0 and minus infinity.
bool ReadMask(const char* mask, size_t stride, int tokens, int count, uint16_t* seen_by) {
  std::memset(seen_by, 0, count * sizeof(*seen_by));
  uint16_t others = 0;
  for (int token = 0; token < tokens; ++token) {
    const auto* row = reinterpret_cast<const uint16_t*>(mask + token * stride);
    const auto bit = static_cast<uint16_t>(1u << token);
    for (int i = 0; i < count; ++i) {
      const uint16_t value = row[i];
      const uint16_t seen = value == kMinusInfinity ? 0 : 0xFFFF;
      seen_by[i] = static_cast<uint16_t>(seen_by[i] | (seen & bit));
      others = static_cast<uint16_t>(others | (seen & value));
    }
  }
  return (others & 0x7FFF) != 0;
}

// The lists by their tokens.
class Classes {
 public:
  explicit Classes(CellLists* out) : out_(out) {
    std::memset(bucket_, 0, sizeof(bucket_));
    out_->size = 0;
    Find(0);
  }

  // The list of cells that exactly these tokens see; kMost when there are too many.
  int Find(uint16_t tokens) {
    unsigned at = (tokens * 0x9E37u >> 8) % kBuckets;
    for (; bucket_[at] != 0; at = (at + 1) % kBuckets) {
      const int list = bucket_[at] - 1;
      if (out_->lists[list].tokens == tokens) return list;
    }
    if (out_->size == CellLists::kMost) return CellLists::kMost;
    out_->lists[out_->size] = {0, 0, tokens};
    bucket_[at] = static_cast<uint8_t>(++out_->size);
    return out_->size - 1;
  }

 private:
  CellLists* out_;
  uint8_t bucket_[kBuckets];  // list + 1, or 0
};

// Calls visit(list, first, length) for each run of cells of one list, four at a time
// where they are alike.
template <typename Visit>
void ForEachRun(const uint16_t* seen_by, int count, Classes* classes, Visit visit) {
  for (int i = 0; i < count;) {
    const uint16_t tokens = seen_by[i];
    const uint64_t alike = tokens * 0x0001000100010001u;
    int end = i + 1;
    for (uint64_t four; end + 4 <= count; end += 4) {
      std::memcpy(&four, seen_by + end, sizeof(four));
      if (four != alike) break;
    }
    while (end < count && seen_by[end] == tokens) ++end;
    visit(classes->Find(tokens), i, end - i);
    i = end;
  }
}

}  // namespace

void SortCells(const char* mask, size_t stride, int tokens, int32_t first, int count,
               CellLists* out) {
  out->first = first;
  out->biased = false;
  if (mask == nullptr) {
    const auto all = static_cast<uint16_t>((1u << tokens) - 1);
    for (int i = 0; i < count; ++i) {
      out->cells[i] = first + i;
      out->seen_by[i] = all;
    }
    out->lists[0] = {0, count, all};
    out->size = 1;
    return;
  }
  out->biased = ReadMask(mask + first * sizeof(uint16_t), stride, tokens, count, out->seen_by);
  Classes classes(out);
  CellLists::List* lists = out->lists;
  lists[CellLists::kMost] = {0, 0, 0};
  ForEachRun(out->seen_by, count, &classes,
             [&](int list, int, int length) { lists[list].count += length; });

  // The place of each list in `cells`; -1 for cells that nobody sees.
  int place[CellLists::kMost + 1];
  int end = 0;
  CellLists::List rest = lists[CellLists::kMost];
  const int found = out->size;
  for (int list = 0; list < found; ++list) {
    place[list] = -1;
    if (lists[list].tokens == 0) continue;
    if (lists[list].count < kShortest) {
      rest.count += lists[list].count;
      continue;
    }
    place[list] = end;
    end += lists[list].count;
  }
  int rest_place = end;
  rest.begin = end;
  ForEachRun(out->seen_by, count, &classes, [&](int list, int at, int length) {
    if (list < CellLists::kMost && lists[list].tokens == 0) return;
    int* to = list < CellLists::kMost && place[list] >= 0 ? &place[list] : &rest_place;
    for (int i = 0; i < length; ++i) out->cells[(*to)++] = first + at + i;
  });

  out->size = 0;
  for (int list = 0; list < found; ++list) {
    if (place[list] < 0) continue;
    const int cells = lists[list].count;
    lists[out->size++] = {place[list] - cells, cells, lists[list].tokens};
  }
  if (rest.count > 0) lists[out->size++] = rest;
}

}  // namespace abstractllm
