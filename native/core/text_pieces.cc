#include "text_pieces.h"

#include <algorithm>
#include <iterator>

#include "utf8.h"

namespace abstractllm {
namespace {

// Coarse, so that each class covers whatever a pattern of the engine repeats over.
enum class RunClass { kNone, kWord, kSpace };

RunClass ClassOf(unsigned char lead) {
  switch (lead) {
    case ' ':
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
      return RunClass::kSpace;
    default:
      return RunClass::kWord;
  }
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// A file that does not name its pattern gets the default one.
// clang-format off
constexpr const char* kCutAtWords[] = {
    "", "default", "a.x-4.0", "afmoe", "bailingmoe", "bailingmoe2", "bloom", "chatglm-bpe",
    "codeshell", "cohere2moe", "command-r", "dbrx", "deepseek-coder", "deepseek-llm",
    "deepseek-r1-qwen", "deepseek-v3", "exaone", "exaone4", "f2llmv2", "falcon", "falcon-h1",
    "falcon3", "gigachat", "glm4", "gpt-2", "gpt-4o", "gpt3-finnish", "granite-docling",
    "granite-embed-multi-97m", "grok-2", "hunyuan", "hunyuan-dense", "hy_v4", "jais", "jais-2",
    "jina-de", "jina-es", "jina-v1-en", "jina-v2-code", "jina-v2-de", "jina-v2-es",
    "jina-v5-nano", "joyai-llm", "kanana2", "kormo", "laguna", "lfm2", "llada-moe", "llama-bpe",
    "llama-v3", "llama3", "llama4", "megrez", "mellum", "mellum2", "midm-2.0", "minerva-7b",
    "minicpm5", "minimax-m2", "modern-bert", "mpt", "olmo", "phi-2", "pixtral", "poro-chat",
    "qwen2", "qwen35", "refact", "roberta-bpe", "seed-coder", "smaug-bpe", "smollm",
    "solar-open", "spark2_5", "stablelm2", "starcoder", "talkie", "tekken", "tiny_aya",
    "trillion", "ufakzeka", "viking", "youtu",
};
// clang-format on

// Their patterns split a text at line feeds only.
constexpr const char* kCutAtLines[] = {"gemma4", "granite-embed-multi-311m", "sarvam-moe"};

template <size_t kCount>
bool Contains(const char* const (&names)[kCount], const std::string& name) {
  return std::any_of(std::begin(names), std::end(names),
                     [&](const char* each) { return name == each; });
}

// Whether a piece may end before text[at].
bool Fits(CutRule rule, std::string_view text, size_t at) {
  if (at == 0 || at + 1 >= text.size() || !IsLetter(text[at - 1])) return false;
  if (rule == CutRule::kLines) return text[at] == '\n';
  return text[at] == ' ' && IsLetter(text[at + 1]);
}

// Whether an occurrence of `fixed` reaches over text[at], or ends or begins beside it;
// beside, because some of them take the white space around them away.
bool Touches(std::string_view text, size_t at, const std::string& fixed) {
  if (fixed.empty()) return false;
  const size_t begin = at - std::min(at, fixed.size());
  const size_t end = std::min(text.size(), at + 1 + fixed.size());
  return text.substr(begin, end - begin).find(fixed) != std::string_view::npos;
}

// The first place for a cut at `from` or behind it; the text's end if there is none.
size_t NextCut(std::string_view text, CutRule rule, size_t from,
               const std::vector<std::string>& fixed_texts) {
  for (size_t at = from; at < text.size(); ++at) {
    if (!Fits(rule, text, at)) continue;
    const bool touched =
        std::any_of(fixed_texts.begin(), fixed_texts.end(),
                    [&](const std::string& fixed) { return Touches(text, at, fixed); });
    if (!touched) return at;
  }
  return text.size();
}

}  // namespace

CutRule CutRuleFor(const std::string& model, const std::string& pre) {
  if (model == "llama") return CutRule::kWords;
  if (model == "gemma4") return CutRule::kLines;
  if (model != "gpt2") return CutRule::kNever;
  if (Contains(kCutAtLines, pre)) return CutRule::kLines;
  return Contains(kCutAtWords, pre) ? CutRule::kWords : CutRule::kNever;
}

std::vector<std::string_view> SplitAtSafePlaces(std::string_view text, CutRule rule,
                                                size_t piece_bytes,
                                                const std::vector<std::string>& fixed_texts) {
  std::vector<std::string_view> pieces;
  size_t begin = 0;
  while (rule != CutRule::kNever && text.size() - begin > piece_bytes) {
    const size_t cut = NextCut(text, rule, begin + piece_bytes, fixed_texts);
    if (cut == text.size()) break;
    pieces.push_back(text.substr(begin, cut - begin));
    begin = cut;
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

std::vector<std::string_view> SplitLongRuns(std::string_view text, size_t max_run) {
  std::vector<std::string_view> pieces;
  size_t piece_start = 0;
  size_t run = 0;
  RunClass run_class = RunClass::kNone;
  size_t at = 0;
  while (at < text.size()) {
    const RunClass here = ClassOf(static_cast<unsigned char>(text[at]));
    run = here == run_class ? run + 1 : 1;
    run_class = here;
    if (run > max_run) {
      pieces.push_back(text.substr(piece_start, at - piece_start));
      piece_start = at;
      run = 1;
    }
    at += Utf8SequenceLength(static_cast<unsigned char>(text[at]));
  }
  pieces.push_back(text.substr(piece_start));
  return pieces;
}

}  // namespace abstractllm
