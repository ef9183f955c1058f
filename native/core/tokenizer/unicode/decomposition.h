// What characters are made of. Unicode 9.0, as the reference has it.
// Thread: any, concurrently.
#pragma once

#include <cstdint>
#include <optional>

#include "tokenizer/unicode/code_point_set.h"

namespace abstractllm {

enum class NormalForm { kNfc, kNfd, kNfkc, kNfkd };

// No character has more parts.
constexpr size_t kMostParts = 18;

// The parts of a character, to the last, or itself. Returns how many they are.
size_t Decompose(char32_t code, bool compatible, char32_t (&parts)[kMostParts]);

// The character that two make.
std::optional<char32_t> Compose(char32_t first, char32_t second);

// Greater for marks of greater combining classes; 0 for what is no such mark.
uint8_t CombiningRank(char32_t code);

// The characters that stay as they are in a form, whatever is before or behind, and beyond
// which nothing has influence, unless what is behind is none of them.
const CodePointSet& InertCharacters(NormalForm form);

}  // namespace abstractllm
