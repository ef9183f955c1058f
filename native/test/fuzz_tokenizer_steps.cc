// Fuzzing of what tokenizers do to texts, with -fsanitize=fuzzer: coverage-guided. An input is
// a letter, a description up to the first zero, and a text:
//   r  a pattern
//   p  a pre-tokenizer, as tokenizer.json has it
//   n  a normalizer, likewise
#include <cstdint>
#include <string>
#include <string_view>

#include "tokenizer/normalizer.h"
#include "tokenizer/pre_tokenizer.h"
#include "utf8.h"

namespace abstractllm::test {
namespace {

void Match(std::string_view expression, const std::string& text) {
  const Result<Pattern> pattern = Pattern::Compile(expression);
  if (!pattern.ok()) return;
  PatternScratch scratch;
  Pattern::Finder finder(pattern.value(), text, &scratch);
  PatternMatch match;
  size_t last = 0;
  while (finder.Next(&match)) {
    if (match.begin < last || match.end < match.begin || match.end > text.size()) __builtin_trap();
    last = match.end;
  }
}

// Origins lie in the text, and never go back.
void CheckOrigins(const AlignedText& text, size_t size) {
  for (size_t at = 0; at < text.text().size(); ++at) {
    const ByteSpan origin = text.Origin(at, at + 1);
    if (origin.begin > origin.end || origin.end > size) __builtin_trap();
  }
}

void Cut(const JsonValue& spec, const std::string& text) {
  const auto step = MakePreTokenizer(spec, "pre_tokenizer");
  if (!step.ok() || step.value() == nullptr) return;
  PreTokens tokens;
  tokens.text.Assign(text, 0, true);
  if (!text.empty()) tokens.pieces.push_back({0, static_cast<uint32_t>(text.size()), -1});
  step.value()->Apply(&tokens);
  size_t last = 0;
  for (const Piece& piece : tokens.pieces) {
    if (piece.begin < last || piece.end <= piece.begin) __builtin_trap();
    last = piece.end;
  }
  if (last > tokens.text.text().size()) __builtin_trap();
  CheckOrigins(tokens.text, text.size());
}

void Normalize(const JsonValue& spec, const std::string& text) {
  const auto step = MakeNormalizer(spec, "normalizer");
  if (!step.ok() || step.value() == nullptr) return;
  AlignedText aligned;
  TextRewrite::Buffers buffers;
  aligned.Assign(text, 0, true);
  step.value()->Apply(&aligned, &buffers);
  const std::string result(aligned.text());
  if (SanitizeUtf8(result) != result) __builtin_trap();
  CheckOrigins(aligned, text.size());
}

}  // namespace
}  // namespace abstractllm::test

using namespace abstractllm::test;  // NOLINT: the entry point below is not ours to name

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t zero = input.find('\0');
  if (input.empty() || zero == std::string_view::npos || zero == 0) return 0;
  const std::string spec = abstractllm::SanitizeUtf8(input.substr(1, zero - 1));
  const std::string text = abstractllm::SanitizeUtf8(input.substr(zero + 1));
  if (input[0] == 'r') {
    Match(spec, text);
    return 0;
  }
  abstractllm::JsonReader reader(spec);
  abstractllm::JsonValue value;
  if (!abstractllm::ReadJsonValue(&reader, reader.Next(), &value)) return 0;
  if (input[0] == 'p') Cut(value, text);
  if (input[0] == 'n') Normalize(value, text);
  return 0;
}
