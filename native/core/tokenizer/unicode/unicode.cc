#include "tokenizer/unicode/unicode.h"

#include <cstring>
#include <string>

#include "tokenizer/unicode/code_point_values.h"

namespace abstractllm {
namespace {

CodePointRanges ToRanges(Table<CodePointRange> table) { return {table.begin(), table.end()}; }

// The characters whose value in a table of changes passes `test`.
template <typename Test>
CodePointRanges RangesWhere(Table<uint32_t> changes, Test test) {
  CodePointRanges ranges;
  for (size_t i = 0; i < changes.size; ++i) {
    if (!test(static_cast<uint8_t>(changes.data[i]))) continue;
    const char32_t end = i + 1 < changes.size ? changes.data[i + 1] >> 8 : kLastCodePoint + 1;
    ranges.push_back({changes.data[i] >> 8, end - 1});
  }
  return Normalized(std::move(ranges));
}

// Of all categories whose name begins so: "L", "Lu".
CodePointRanges CategoryRanges(std::string_view prefix) {
  return RangesWhere(kUnicodeData.categories, [&](uint8_t value) {
    const char* name = kUnicodeData.category_names.data[value];
    return std::string_view(name).substr(0, prefix.size()) == prefix;
  });
}

// As names are compared.
std::string Folded(std::string_view name) {
  std::string folded;
  for (const char c : name) {
    if (c == '_' || c == '-' || c == ' ') continue;
    folded.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return folded;
}

struct LongName {
  const char* name;
  const char* category;
};

constexpr LongName kLongNames[] = {
    {"other", "C"},
    {"control", "Cc"},
    {"format", "Cf"},
    {"unassigned", "Cn"},
    {"privateuse", "Co"},
    {"letter", "L"},
    {"lowercaseletter", "Ll"},
    {"modifierletter", "Lm"},
    {"otherletter", "Lo"},
    {"titlecaseletter", "Lt"},
    {"uppercaseletter", "Lu"},
    {"mark", "M"},
    {"combiningmark", "M"},
    {"spacingmark", "Mc"},
    {"enclosingmark", "Me"},
    {"nonspacingmark", "Mn"},
    {"number", "N"},
    {"decimalnumber", "Nd"},
    {"letternumber", "Nl"},
    {"othernumber", "No"},
    {"punctuation", "P"},
    {"connectorpunctuation", "Pc"},
    {"dashpunctuation", "Pd"},
    {"closepunctuation", "Pe"},
    {"finalpunctuation", "Pf"},
    {"initialpunctuation", "Pi"},
    {"otherpunctuation", "Po"},
    {"openpunctuation", "Ps"},
    {"symbol", "S"},
    {"currencysymbol", "Sc"},
    {"modifiersymbol", "Sk"},
    {"mathsymbol", "Sm"},
    {"othersymbol", "So"},
    {"separator", "Z"},
    {"lineseparator", "Zl"},
    {"paragraphseparator", "Zp"},
    {"spaceseparator", "Zs"},
};

// Categories by their short names, "L" or "Lu".
bool FindCategory(const std::string& folded, CodePointRanges* ranges) {
  for (const LongName& known : kLongNames) {
    if (folded == known.name || folded == Folded(known.category)) {
      *ranges = CategoryRanges(known.category);
      return true;
    }
  }
  return false;
}

// POSIX brackets have these names, too.
bool FindBinary(const std::string& folded, CodePointRanges* ranges) {
  if (folded == "alphabetic" || folded == "alpha") {
    *ranges = ToRanges(kUnicodeData.alphabetic);
  } else if (folded == "uppercase" || folded == "upper") {
    *ranges = ToRanges(kUnicodeData.uppercase);
  } else if (folded == "lowercase" || folded == "lower") {
    *ranges = ToRanges(kUnicodeData.lowercase);
  } else if (folded == "whitespace" || folded == "space") {
    *ranges = WhiteSpaceRanges();
  } else if (folded == "extendedpictographic") {
    *ranges = ToRanges(kUnicodeData.extended_pictographic);
  } else if (folded == "emoji") {
    *ranges = ToRanges(kUnicodeData.emoji);
  } else if (folded == "digit") {
    *ranges = DigitRanges();
  } else if (folded == "alnum") {
    *ranges = Union(ToRanges(kUnicodeData.alphabetic), DigitRanges());
  } else if (folded == "punct") {
    *ranges = Union(CategoryRanges("P"), CategoryRanges("S"));
  } else if (folded == "cntrl") {
    *ranges = CategoryRanges("Cc");
  } else if (folded == "blank") {
    *ranges = Union(CategoryRanges("Zs"), {{'\t', '\t'}});
  } else if (folded == "word") {
    *ranges = WordRanges();
  } else if (folded == "xdigit") {
    *ranges = {{'0', '9'}, {'A', 'F'}, {'a', 'f'}};
  } else if (folded == "any") {
    *ranges = {{0, kLastCodePoint}};
  } else {
    return false;
  }
  return true;
}

bool FindScript(const std::string& folded, CodePointRanges* ranges) {
  for (size_t script = 0; script < kUnicodeData.script_names.size; ++script) {
    if (folded != Folded(kUnicodeData.script_names.data[script])) continue;
    *ranges = RangesWhere(kUnicodeData.scripts, [&](uint8_t value) { return value == script; });
    return true;
  }
  return false;
}

// Where the lowercase of characters is looked up: what has one at all, and in which run.
struct LowercaseTable {
  CodePointSet changing;

  LowercaseTable() {
    CodePointRanges ranges = {{0x130, 0x130}};
    for (const CaseRun& run : kUnicodeData.lowercase_runs) {
      for (char32_t code = run.first; code <= run.last; code += run.step) {
        ranges.push_back({code, code});
      }
    }
    changing = CodePointSet(Normalized(std::move(ranges)));
  }
};

}  // namespace

bool FindProperty(std::string_view name, CodePointRanges* ranges) {
  const std::string folded = Folded(name);
  return FindCategory(folded, ranges) || FindBinary(folded, ranges) || FindScript(folded, ranges);
}

CodePointRanges WhiteSpaceRanges() {
  return {{0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
          {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}};
}

CodePointRanges DigitRanges() { return CategoryRanges("Nd"); }

CodePointRanges WordRanges() {
  return Union(Union(ToRanges(kUnicodeData.alphabetic), CategoryRanges("M")),
               Union(CategoryRanges("Nd"), CategoryRanges("Pc")));
}

CodePointRanges BareWordRanges() {
  return Union(WordRanges(), {{0xB2, 0xB3}, {0xB9, 0xB9}, {0xBC, 0xBE}});
}

const CodePointSet& WhiteSpace() {
  static const CodePointSet set(WhiteSpaceRanges());
  return set;
}

const CodePointSet& Numbers() {
  static const CodePointSet set(ToRanges(kUnicodeData.numbers));
  return set;
}

const CodePointSet& WordCharacters() {
  // With the two that join: as the regex crate, unlike Oniguruma.
  static const CodePointSet set(Union(WordRanges(), {{0x200C, 0x200D}}));
  return set;
}

const CodePointSet& BertPunctuation() {
  static const CodePointSet set(Union(ToRanges(kUnicodeData.bert_punctuation),
                                      {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}));
  return set;
}

const CodePointSet& BertControls() {
  static const CodePointSet set(ToRanges(kUnicodeData.bert_controls));
  return set;
}

const CodePointSet& BertAccents() {
  static const CodePointSet set(ToRanges(kUnicodeData.bert_accents));
  return set;
}

const CodePointSet& CombiningMarks() {
  static const CodePointSet set(ToRanges(kUnicodeData.combining_marks));
  return set;
}

char32_t Lowercase(char32_t code) {
  if (code < 0x80) return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
  static const LowercaseTable table;
  if (!table.changing.Contains(code)) return code;
  // U+0130 becomes an i and a dot above; unicode-tables.mjs checks that it is the only one.
  if (code == 0x130) return 'i';
  for (const CaseRun& run : kUnicodeData.lowercase_runs) {
    if (code < run.first) break;
    if (code <= run.last && (code - run.first) % run.step == 0) {
      return static_cast<char32_t>(static_cast<int32_t>(code) + run.distance);
    }
  }
  return code;
}

uint8_t ScriptForSplitting(char32_t code) {
  static const CodePointValues values(kUnicodeData.old_scripts);
  return values.At(code);
}

}  // namespace abstractllm
