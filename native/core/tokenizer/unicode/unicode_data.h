// The generated tables (scripts/unicode-tables.mjs), of several versions of Unicode: those
// that the parts of the reference have. unicode.h gives them meaning.
#pragma once

#include <cstddef>
#include <cstdint>

namespace abstractllm {

// Both ends belong to it.
struct CodePointRange {
  char32_t first = 0;
  char32_t last = 0;
};

// `count` characters from `at` in the characters of its form.
struct DecompositionEntry {
  char32_t code;
  uint16_t at;
  uint16_t count;
};

struct CompositionEntry {
  char32_t first;
  char32_t second;
  char32_t result;
};

// Every `step`th from `first` to `last` is at `distance` from its counterpart.
struct CaseRun {
  char32_t first;
  char32_t last;
  uint32_t step;
  int32_t distance;
};

template <typename T>
struct Table {
  template <size_t N>
  constexpr Table(const T (&items)[N]) : data(items), size(N) {}  // NOLINT: implicit on purpose

  const T* begin() const { return data; }
  const T* end() const { return data + size; }

  const T* data;
  size_t size;
};

// Tables of uint32_t hold "code point * 256 + value", valid up to the next code point.
struct UnicodeData {
  Table<uint32_t> categories;  // 16.0; values: indices of category_names
  Table<const char*> category_names;
  Table<uint32_t> scripts;  // 16.0; values: indices of script_names
  Table<const char*> script_names;
  Table<uint32_t> old_scripts;      // 9.0; values that are equal for equal scripts; 0: none
  Table<uint32_t> grapheme_breaks;  // 16.0; values of GraphemeBreak
  Table<CodePointRange> alphabetic;
  Table<CodePointRange> uppercase;
  Table<CodePointRange> lowercase;
  Table<CodePointRange> extended_pictographic;
  Table<CodePointRange> emoji;
  Table<CodePointRange> bert_punctuation;  // 8.0, without ASCII's symbols
  Table<CodePointRange> bert_controls;     // 8.0
  Table<CodePointRange> bert_accents;      // 8.0
  Table<CodePointRange> combining_marks;   // 9.0
  Table<CodePointRange> numbers;           // 17.0
  Table<uint32_t> combining_ranks;         // 9.0; 0: none, else greater for greater classes
  Table<char32_t> canonical_characters;    // 9.0, as the rest but the last
  Table<DecompositionEntry> canonical;
  Table<char32_t> compatible_characters;
  Table<DecompositionEntry> compatible;
  Table<CompositionEntry> compositions;  // by first, then second
  Table<CaseRun> lowercase_runs;         // 17.0
};

extern const UnicodeData kUnicodeData;

}  // namespace abstractllm
