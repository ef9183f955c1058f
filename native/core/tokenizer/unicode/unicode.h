// What is known of characters. The tables are of several versions of Unicode, as the parts
// of the reference are (unicode_data.h).
// Thread: any, concurrently.
#pragma once

#include <string_view>

#include "tokenizer/unicode/code_point_set.h"

namespace abstractllm {

// A property by the name that patterns have for it: a category ("L", "Lu", "Letter"), a
// script ("Han"), "Alphabetic" and some more; case, '_', '-' and ' ' do not count. False
// for names that are not known.
bool FindProperty(std::string_view name, CodePointRanges* ranges);

// Of patterns.
CodePointRanges WhiteSpaceRanges();
CodePointRanges DigitRanges();  // \d
CodePointRanges WordRanges();   // \w in brackets
// \w elsewhere: Oniguruma takes six of Latin-1's numbers for letters there.
CodePointRanges BareWordRanges();

const CodePointSet& WhiteSpace();
inline bool IsWhiteSpace(char32_t code) { return WhiteSpace().Contains(code); }
const CodePointSet& Numbers();
const CodePointSet& WordCharacters();  // \w of the regex crate
inline bool IsWordCharacter(char32_t code) { return WordCharacters().Contains(code); }
const CodePointSet& BertPunctuation();  // and all of ASCII's symbols
const CodePointSet& BertControls();
const CodePointSet& BertAccents();
const CodePointSet& CombiningMarks();

// The lowercase of a character, of U+0130 the first of two.
char32_t Lowercase(char32_t code);

// Equal for characters of one script, for the step that splits by scripts; 0: none.
uint8_t ScriptForSplitting(char32_t code);

}  // namespace abstractllm
