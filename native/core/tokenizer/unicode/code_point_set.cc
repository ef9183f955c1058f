#include "tokenizer/unicode/code_point_set.h"

#include <algorithm>
#include <map>

namespace abstractllm {

CodePointRanges Normalized(CodePointRanges ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](CodePointRange a, CodePointRange b) { return a.first < b.first; });
  CodePointRanges result;
  for (const CodePointRange range : ranges) {
    if (!result.empty() && range.first <= result.back().last + 1) {
      result.back().last = std::max(result.back().last, range.last);
    } else {
      result.push_back(range);
    }
  }
  return result;
}

CodePointRanges Union(const CodePointRanges& a, const CodePointRanges& b) {
  CodePointRanges both = a;
  both.insert(both.end(), b.begin(), b.end());
  return Normalized(std::move(both));
}

CodePointRanges Intersection(const CodePointRanges& a, const CodePointRanges& b) {
  CodePointRanges result;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const char32_t first = std::max(a[i].first, b[j].first);
    const char32_t last = std::min(a[i].last, b[j].last);
    if (first <= last) result.push_back({first, last});
    if (a[i].last < b[j].last) {
      ++i;
    } else {
      ++j;
    }
  }
  return result;
}

CodePointRanges Complement(const CodePointRanges& ranges) {
  CodePointRanges result;
  char32_t next = 0;
  for (const CodePointRange range : ranges) {
    if (range.first > next) result.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCodePoint) result.push_back({next, kLastCodePoint});
  return result;
}

CodePointSet::CodePointSet(const CodePointRanges& ranges) {
  std::map<Page, uint16_t> known;
  size_t at = 0;
  for (size_t index = 0; index < page_of_.size(); ++index) {
    const auto begin = static_cast<char32_t>(index << kPageBits);
    const char32_t end = begin | kPageMask;
    Page page{};
    while (at < ranges.size() && ranges[at].last < begin) ++at;
    for (size_t r = at; r < ranges.size() && ranges[r].first <= end; ++r) {
      if (ranges[r].first <= begin && ranges[r].last >= end) {
        page.fill(~uint64_t{0});
        break;
      }
      const char32_t last = std::min(end, ranges[r].last);
      for (char32_t code = std::max(begin, ranges[r].first); code <= last; ++code) {
        page[(code & kPageMask) >> 6] |= uint64_t{1} << (code & 63);
      }
    }
    // Most are as the one before.
    if (index > 0 && page == pages_[page_of_[index - 1]]) {
      page_of_[index] = page_of_[index - 1];
      continue;
    }
    const auto [entry, is_new] = known.emplace(page, static_cast<uint16_t>(pages_.size()));
    if (is_new) pages_.push_back(page);
    page_of_[index] = entry->second;
    if (index == 0) ascii_ = {page[0], page[1]};
  }
}

}  // namespace abstractllm
