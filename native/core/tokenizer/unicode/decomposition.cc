#include "tokenizer/unicode/decomposition.h"

#include <algorithm>

#include "tokenizer/unicode/code_point_values.h"

namespace abstractllm {
namespace {

// Hangul syllables are computed (Unicode 3.12).
constexpr char32_t kSyllables = 0xAC00;
constexpr char32_t kLeads = 0x1100;
constexpr char32_t kVowels = 0x1161;
constexpr char32_t kTails = 0x11A7;
constexpr char32_t kLeadCount = 19;
constexpr char32_t kVowelCount = 21;
constexpr char32_t kTailCount = 28;
constexpr char32_t kSyllableCount = kLeadCount * kVowelCount * kTailCount;

bool IsSyllable(char32_t code) { return code >= kSyllables && code < kSyllables + kSyllableCount; }

CodePointRanges Decomposing(Table<DecompositionEntry> table) {
  CodePointRanges ranges;
  for (const DecompositionEntry& entry : table) ranges.push_back({entry.code, entry.code});
  return Normalized(std::move(ranges));
}

const DecompositionEntry* Find(Table<DecompositionEntry> table, char32_t code) {
  const auto* entry = std::lower_bound(
      table.begin(), table.end(), code,
      [](const DecompositionEntry& each, char32_t wanted) { return each.code < wanted; });
  return entry != table.end() && entry->code == code ? entry : nullptr;
}

const CodePointSet& Canonical() {
  static const CodePointSet set(Decomposing(kUnicodeData.canonical));
  return set;
}

const CodePointSet& Compatible() {
  static const CodePointSet set(Decomposing(kUnicodeData.compatible));
  return set;
}

size_t Copy(const DecompositionEntry& entry, Table<char32_t> characters,
            char32_t (&parts)[kMostParts]) {
  std::copy_n(characters.data + entry.at, entry.count, parts);
  return entry.count;
}

// Marks, and what composes with what is before.
CodePointRanges Joining() {
  CodePointRanges ranges = {{kVowels, kVowels + kVowelCount - 1},
                            {kTails, kTails + kTailCount - 1}};
  const Table<uint32_t> ranks = kUnicodeData.combining_ranks;
  for (size_t i = 0; i + 1 < ranks.size; ++i) {
    if ((ranks.data[i] & 0xFF) == 0) continue;
    ranges.push_back({ranks.data[i] >> 8, (ranks.data[i + 1] >> 8) - 1});
  }
  for (const CompositionEntry& entry : kUnicodeData.compositions) {
    ranges.push_back({entry.second, entry.second});
  }
  return Normalized(std::move(ranges));
}

// Characters whose canonical parts make something else, or nothing.
CodePointRanges Unstable() {
  CodePointRanges composed;
  for (const CompositionEntry& entry : kUnicodeData.compositions) {
    composed.push_back({entry.result, entry.result});
  }
  return Intersection(Decomposing(kUnicodeData.canonical),
                      Complement(Normalized(std::move(composed))));
}

CodePointSet MakeInert(NormalForm form) {
  const bool composes = form == NormalForm::kNfc || form == NormalForm::kNfkc;
  const bool compatible = form == NormalForm::kNfkc || form == NormalForm::kNfkd;
  CodePointRanges changing = Joining();
  if (composes) {
    changing = Union(changing, Unstable());
  } else {
    changing = Union(changing, Decomposing(kUnicodeData.canonical));
    changing = Union(changing, {{kSyllables, kSyllables + kSyllableCount - 1}});
  }
  if (compatible) changing = Union(changing, Decomposing(kUnicodeData.compatible));
  return CodePointSet(Complement(changing));
}

}  // namespace

size_t Decompose(char32_t code, bool compatible, char32_t (&parts)[kMostParts]) {
  if (IsSyllable(code)) {
    const char32_t index = code - kSyllables;
    parts[0] = kLeads + index / (kVowelCount * kTailCount);
    parts[1] = kVowels + index % (kVowelCount * kTailCount) / kTailCount;
    parts[2] = kTails + index % kTailCount;
    return parts[2] == kTails ? 2 : 3;
  }
  if (compatible && Compatible().Contains(code)) {
    return Copy(*Find(kUnicodeData.compatible, code), kUnicodeData.compatible_characters, parts);
  }
  if (Canonical().Contains(code)) {
    return Copy(*Find(kUnicodeData.canonical, code), kUnicodeData.canonical_characters, parts);
  }
  parts[0] = code;
  return 1;
}

std::optional<char32_t> Compose(char32_t first, char32_t second) {
  if (first >= kLeads && first < kLeads + kLeadCount && second >= kVowels &&
      second < kVowels + kVowelCount) {
    return kSyllables + ((first - kLeads) * kVowelCount + (second - kVowels)) * kTailCount;
  }
  if (IsSyllable(first) && (first - kSyllables) % kTailCount == 0 && second > kTails &&
      second < kTails + kTailCount) {
    return first + (second - kTails);
  }
  const Table<CompositionEntry> table = kUnicodeData.compositions;
  const auto* entry =
      std::lower_bound(table.begin(), table.end(), CompositionEntry{first, second, 0},
                       [](const CompositionEntry& a, const CompositionEntry& b) {
                         return a.first != b.first ? a.first < b.first : a.second < b.second;
                       });
  if (entry == table.end() || entry->first != first || entry->second != second) {
    return std::nullopt;
  }
  return entry->result;
}

uint8_t CombiningRank(char32_t code) {
  static const CodePointValues ranks(kUnicodeData.combining_ranks);
  return ranks.At(code);
}

const CodePointSet& InertCharacters(NormalForm form) {
  static const CodePointSet sets[] = {MakeInert(NormalForm::kNfc), MakeInert(NormalForm::kNfd),
                                      MakeInert(NormalForm::kNfkc), MakeInert(NormalForm::kNfkd)};
  return sets[static_cast<size_t>(form)];
}

}  // namespace abstractllm
