// Steps that look for texts, or at the ends.
#include <utility>

#include "tokenizer/normalizer_steps.h"
#include "tokenizer/unicode/unicode.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {
namespace {

class StripStep final : public Normalizer {
 public:
  StripStep(bool left, bool right) : left_(left), right_(right) {}

  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    const std::string_view old = text->text();
    size_t begin = 0;
    size_t end = old.size();
    while (left_ && begin < end && IsWhiteSpace(CharacterAt(old, begin).code)) {
      begin = CharacterEnd(old, begin);
    }
    while (right_ && begin < end && IsWhiteSpace(CharacterBefore(old, end).code)) {
      end = CharacterBegin(old, end - 1);
    }
    if (begin == 0 && end == old.size()) return;
    TextRewrite rewrite(text, buffers);
    rewrite.Keep(begin, end);
    rewrite.Finish();
  }

 private:
  bool left_;
  bool right_;
};

class PrependStep final : public Normalizer {
 public:
  explicit PrependStep(std::string text) : text_(std::move(text)) {}

  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    const size_t size = text->text().size();
    if (size == 0) return;
    TextRewrite rewrite(text, buffers);
    rewrite.Put(text_, 0);
    rewrite.Keep(0, size);
    rewrite.Finish();
  }

 private:
  std::string text_;
};

class ReplaceStep final : public Normalizer {
 public:
  ReplaceStep(Pattern pattern, std::string content)
      : pattern_(std::move(pattern)), content_(std::move(content)) {}

  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    const std::string_view old = text->text();
    if (old.empty()) return;
    PatternScratch scratch;
    Pattern::Finder finder(pattern_, old, &scratch);
    PatternMatch match;
    if (!finder.Next(&match)) return;
    TextRewrite rewrite(text, buffers);
    size_t behind = 0;
    do {
      rewrite.Keep(behind, match.begin);
      // It stands for the last character that it replaces.
      rewrite.PutAfter(content_, match.end);
      behind = match.end;
    } while (finder.Next(&match));
    rewrite.Keep(behind, old.size());
    rewrite.Finish();
  }

 private:
  Pattern pattern_;
  std::string content_;
};

}  // namespace

NormalizerPtr MakeStripStep(bool left, bool right) {
  return std::make_unique<StripStep>(left, right);
}

NormalizerPtr MakePrependStep(std::string text) {
  return std::make_unique<PrependStep>(std::move(text));
}

NormalizerPtr MakeReplaceStep(Pattern pattern, std::string content) {
  return std::make_unique<ReplaceStep>(std::move(pattern), std::move(content));
}

}  // namespace abstractllm
