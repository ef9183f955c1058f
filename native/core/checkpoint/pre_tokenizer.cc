#include "checkpoint/pre_tokenizer.h"

#include <vector>

namespace abstractllm {
namespace {

// The patterns of well-known families, as their files have them.
#define CONTRACTIONS "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
#define TAIL "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
constexpr char kLlama3[] = CONTRACTIONS "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}" TAIL;
constexpr char kQwen2[] = CONTRACTIONS "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}" TAIL;
constexpr char kQwen35[] = CONTRACTIONS
    "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
    "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
constexpr char kSeedCoder[] = CONTRACTIONS
    "|[^\r\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\r\n]+|\\s*[\r\n]+|\\s+(?!\\S)|\\s+";
#undef CONTRACTIONS
#define UPPER "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]"
#define LOWER "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"
#define SUFFIX "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
#define SLASH_TAIL "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
constexpr char kGpt4o[] =
    "[^\\r\\n\\p{L}\\p{N}]?" UPPER "*" LOWER "+" SUFFIX "|[^\\r\\n\\p{L}\\p{N}]?" UPPER "+" LOWER
    "*" SUFFIX "|\\p{N}{1,3}" SLASH_TAIL;
constexpr char kTekken[] = "[^\\r\\n\\p{L}\\p{N}]?" UPPER "*" LOWER
                           "+"
                           "|[^\\r\\n\\p{L}\\p{N}]?" UPPER "+" LOWER "*|\\p{N}" SLASH_TAIL;
#undef UPPER
#undef LOWER
#undef SUFFIX
#undef SLASH_TAIL
#undef TAIL
constexpr char kBloom[] =
    " ?[^(\\s|[.,!?\xE2\x80\xA6\xE3\x80\x82\xEF\xBC\x8C\xE3\x80\x81\xE0\xA5\xA4\xDB\x94\xD8\x8C])]"
    "+";
constexpr char kDeepSeekNumbers[] = "\\p{N}{1,3}";
constexpr char kDeepSeekHan[] =
    "[\xE4\xB8\x80-\xE9\xBE\xA5\xE3\x81\x80-\xE3\x82\x9F"
    "\xE3\x82\xA0-\xE3\x83\xBF]+";
constexpr char kDeepSeekWords[] =
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?"
    "[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+";

struct KnownPreTokenizer {
  std::string description;
  bool ignore_merges;
  bool cleans_spaces;
  const char* name;
};

std::string Split(const std::string& pattern) { return "split(" + pattern + ")"; }

const std::vector<KnownPreTokenizer>& Known() {
  static const std::vector<KnownPreTokenizer> known = {
      {"bytes(gpt2)", false, true, "gpt-2"},
      {"bytes(gpt2)", false, false, "trillion"},
      {"digits, bytes(gpt2)", false, true, "starcoder"},
      {"digits, bytes(gpt2)", false, false, "smollm"},
      {Split(kLlama3) + ", bytes", true, true, "llama-bpe"},
      {Split(kLlama3) + ", bytes", false, true, "dbrx"},
      {Split(kQwen2) + ", bytes", false, false, "qwen2"},
      {Split(kQwen2) + ", bytes", false, true, "stablelm2"},
      {Split(kQwen35) + ", bytes", false, false, "qwen35"},
      {Split(kGpt4o) + ", bytes", false, false, "gpt-4o"},
      {Split(kTekken) + ", bytes", true, false, "tekken"},
      {Split(kSeedCoder) + ", bytes", false, false, "seed-coder"},
      {Split(kBloom) + ", bytes", false, true, "bloom"},
      {Split(kDeepSeekNumbers) + ", " + Split(kDeepSeekHan) + ", " + Split(kDeepSeekWords) +
           ", bytes",
       false, false, "deepseek-v3"},
      {"punctuation(Contiguous), bytes(gpt2), numbers, split([0-9][0-9][0-9])", false, true,
       "falcon"},
  };
  return known;
}

std::string DescribeSplit(const JsonValue& split) {
  const JsonValue* pattern = split.Find("pattern");
  const std::string regex = pattern == nullptr ? "" : pattern->Text("Regex");
  const std::string text = pattern == nullptr ? "" : pattern->Text("String");
  const std::string behavior = split.Text("behavior");
  const bool invert = split.Bool("invert", false);
  const std::string shown = regex.empty() ? '"' + text + '"' : regex;
  // What a pattern that covers every text removes, inverted, is nothing.
  if (!regex.empty() &&
      ((behavior == "Isolated" && !invert) || (behavior == "Removed" && invert))) {
    return Split(shown);
  }
  return "split(" + shown + ", " + behavior + (invert ? ", inverted)" : ")");
}

void Append(const std::string& part, std::string* line) {
  if (part.empty()) return;
  if (!line->empty()) *line += ", ";
  *line += part;
}

}  // namespace

std::string DescribePreTokenizer(const JsonValue& pre_tokenizer) {
  const std::string type = pre_tokenizer.Text("type");
  if (type == "Sequence") {
    std::string line;
    const JsonValue* parts = pre_tokenizer.Find("pretokenizers");
    if (parts == nullptr) return line;
    for (const JsonValue& part : parts->items) Append(DescribePreTokenizer(part), &line);
    return line;
  }
  if (type == "ByteLevel") {
    std::string options = pre_tokenizer.Bool("use_regex", true) ? "gpt2" : "";
    if (pre_tokenizer.Bool("add_prefix_space", true)) Append("prefix", &options);
    return options.empty() ? "bytes" : "bytes(" + options + ")";
  }
  if (type == "Digits")
    return pre_tokenizer.Bool("individual_digits", false) ? "digits" : "numbers";
  if (type == "Punctuation") return "punctuation(" + pre_tokenizer.Text("behavior") + ")";
  if (type == "Split") return DescribeSplit(pre_tokenizer);
  return type;
}

bool IsByteLevel(const JsonValue& pre_tokenizer) {
  if (pre_tokenizer.Text("type") == "ByteLevel") return true;
  const JsonValue* parts = pre_tokenizer.Find("pretokenizers");
  if (parts == nullptr) return false;
  for (const JsonValue& part : parts->items) {
    if (IsByteLevel(part)) return true;
  }
  return false;
}

std::string FindPreTokenizerName(const JsonValue& pre_tokenizer, bool ignore_merges,
                                 bool clean_up_spaces) {
  const std::string description = DescribePreTokenizer(pre_tokenizer);
  std::string name;
  for (const KnownPreTokenizer& known : Known()) {
    if (known.description != description || known.ignore_merges != ignore_merges) continue;
    if (name.empty() || known.cleans_spaces == clean_up_spaces) name = known.name;
  }
  return name;
}

}  // namespace abstractllm
