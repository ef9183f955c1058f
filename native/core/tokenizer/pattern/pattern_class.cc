#include "tokenizer/pattern/pattern_class.h"

#include <string>

#include "tokenizer/unicode/unicode.h"

namespace abstractllm {
namespace {

// Calls itself once per bracket inside of a bracket.
class ClassParser {
 public:
  ClassParser(PatternReader* reader, bool ignores_case)
      : reader_(*reader), ignores_case_(ignores_case) {}

  CodePointRanges Parse(int depth) {
    constexpr int kDeepest = 32;
    if (depth > kDeepest) reader_.Fail("nests classes too deeply");
    const bool negated = reader_.Take("^");
    CodePointRanges result{{0, kLastCodePoint}};
    CodePointRanges part;
    bool is_first = true;
    for (;; is_first = false) {
      if (reader_.AtEnd()) {
        reader_.Fail("has a class without an end");
        return {};
      }
      if (reader_.ComesNext("]") && !is_first) break;
      if (reader_.Take("&&")) {
        result = Intersection(result, Normalized(part));
        part.clear();
      } else {
        Item(depth, is_first, &part);
      }
    }
    reader_.Take("]");
    result = Intersection(result, Normalized(part));
    // Of the whole, and before it is negated.
    if (ignores_case_ && depth == 0) result = IgnoringCase(&reader_, result);
    return negated ? Complement(result) : result;
  }

 private:
  void Add(const CodePointRanges& set, CodePointRanges* part) {
    part->insert(part->end(), set.begin(), set.end());
  }

  // One character, range, escape or inner class.
  void Item(int depth, bool is_first, CodePointRanges* part) {
    CodePointRanges set;
    if (reader_.Take("[:")) {
      Add(Posix(), part);
      return;
    }
    if (reader_.Take("[")) {
      Add(Parse(depth + 1), part);
      return;
    }
    // A bracket that closes at once is one that is meant, if there is another.
    if (is_first && reader_.ComesNext("]")) {
      reader_.Take("]");
      if (!reader_.Contains(']')) reader_.Fail("has an empty class");
      part->push_back({']', ']'});
      return;
    }
    bool is_class = false;
    const char32_t first = Character(&set, &is_class);
    if (is_class) {
      Add(set, part);
      return;
    }
    const size_t behind = reader_.position();
    if (reader_.Take("-") && !reader_.AtEnd() && !reader_.ComesNext("]") &&
        !reader_.ComesNext("[") && !reader_.ComesNext("&&")) {
      const char32_t last = Character(&set, &is_class);
      if (is_class || last < first) reader_.Fail("has a range that is none");
      part->push_back({first, last});
      return;
    }
    reader_.GoTo(behind);
    part->push_back({first, first});
  }

  char32_t Character(CodePointRanges* set, bool* is_class) {
    *is_class = false;
    if (!reader_.Take("\\")) return reader_.Next();
    *is_class = reader_.ClassEscape(set);
    if (*is_class || reader_.failed()) return 0;
    return reader_.Take("b") ? '\b' : reader_.CharacterEscape();
  }

  CodePointRanges Posix() {
    const bool negated = reader_.Take("^");
    std::string name;
    while (!reader_.AtEnd() && !reader_.ComesNext(":]")) {
      name.push_back(static_cast<char>(reader_.Next() & 0x7F));
    }
    CodePointRanges set;
    if (!reader_.Take(":]") || !FindProperty(name, &set)) {
      reader_.Fail("has the class \"[:" + name + ":]\", which is not known");
    }
    return negated ? Complement(set) : set;
  }

  PatternReader& reader_;
  bool ignores_case_;
};

// Whether some letter beyond ASCII is in `ranges` without its other case.
bool SplitsCases(const CodePointRanges& ranges) {
  const CodePointSet set(ranges);
  // Letters that are newer than the properties are in none.
  static const CodePointSet letters = [] {
    CodePointRanges known;
    FindProperty("Alphabetic", &known);
    return CodePointSet(known);
  }();
  for (const CaseRun& run : kUnicodeData.lowercase_runs) {
    for (char32_t code = run.first; code <= run.last; code += run.step) {
      const char32_t lower = Lowercase(code);
      if (lower < 0x80 || !letters.Contains(code) || !letters.Contains(lower)) continue;
      if (set.Contains(code) != set.Contains(lower)) return true;
    }
  }
  return false;
}

}  // namespace

CodePointRanges ParseClass(PatternReader* reader, bool ignores_case) {
  return ClassParser(reader, ignores_case).Parse(0);
}

CodePointRanges IgnoringCase(PatternReader* reader, const CodePointRanges& set) {
  CodePointRanges both = set;
  for (const CodePointRange range : set) {
    for (char32_t code = range.first; code <= range.last && code < 0x80; ++code) {
      const bool upper = code >= 'A' && code <= 'Z';
      const bool lower = code >= 'a' && code <= 'z';
      if (!upper && !lower) continue;
      const char32_t other = code ^ 0x20;
      both.push_back({other, other});
      // The long s and the sign of Kelvin.
      if ((code | 0x20) == 's') both.push_back({0x17F, 0x17F});
      if ((code | 0x20) == 'k') both.push_back({0x212A, 0x212A});
    }
  }
  both = Normalized(std::move(both));
  const bool is_ascii = set.empty() || set.back().last < 0x80;
  if (!is_ascii && SplitsCases(both)) reader->Fail("ignores the case of a letter beyond ASCII");
  return both;
}

}  // namespace abstractllm
