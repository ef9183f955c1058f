#include "tokenizer/token_bytes.h"

#include <algorithm>

#include "checkpoint/token_list.h"

namespace abstractllm {
namespace {

// Composing makes no text shorter than a quarter: the worst are Greek letters with three
// marks.
constexpr size_t kComposition = 4;

// The factor by which a step may shorten a text; 0: it may drop any of it.
size_t Shortens(const JsonValue& step) {
  const std::string type = step.Text("type");
  if (step.kind == JsonValue::Kind::kNull || type == "Prepend") return 1;
  if (type == "NFC") return kComposition;
  if (type == "Replace") {
    const JsonValue* pattern = step.Find("pattern");
    const std::string from = pattern == nullptr ? "" : pattern->Text("String");
    return !from.empty() && from.size() <= step.Text("content").size() ? 1 : 0;
  }
  const JsonValue* parts = type == "Sequence" ? step.Find("normalizers") : nullptr;
  size_t factor = parts == nullptr ? 0 : 1;
  for (size_t i = 0; factor > 0 && i < parts->items.size(); ++i) {
    factor *= Shortens(parts->items[i]);
  }
  return factor;
}

bool KeepsAll(const JsonValue& step) {
  const std::string type = step.Text("type");
  if (step.kind == JsonValue::Kind::kNull) return true;
  if (type == "ByteLevel" || type == "Metaspace" || type == "Digits") return true;
  if (type == "Split" || type == "Punctuation") return step.Text("behavior") != "Removed";
  const JsonValue* parts = type == "Sequence" ? step.Find("pretokenizers") : nullptr;
  return parts != nullptr && std::all_of(parts->items.begin(), parts->items.end(), KeepsAll);
}

bool HasByteLevel(const JsonValue& step) {
  if (step.Text("type") == "ByteLevel") return true;
  const JsonValue* parts = step.Find("pretokenizers");
  return parts != nullptr && std::any_of(parts->items.begin(), parts->items.end(), HasByteLevel);
}

bool HasFallback(const TokenizerJson& json) {
  return json.byte_fallback &&
         std::count_if(json.tokens.begin(), json.tokens.end(), IsByteToken) >= 256;
}

}  // namespace

size_t MostBytesPerToken(const TokenizerJson& json) {
  const auto strips = [](const AddedToken& token) { return token.lstrip || token.rstrip; };
  const bool whole = json.model == TokenizerJson::Model::kBytePair &&
                     (HasByteLevel(json.pre_tokenizer) || HasFallback(json)) &&
                     KeepsAll(json.pre_tokenizer) &&
                     std::none_of(json.added.begin(), json.added.end(), strips);
  if (!whole) return 0;
  size_t longest = 0;
  for (const std::string& text : json.tokens) longest = std::max(longest, text.size());
  for (const AddedToken& token : json.added) longest = std::max(longest, token.text.size());
  return longest * Shortens(json.normalizer);
}

}  // namespace abstractllm
