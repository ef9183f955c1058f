// Steps that look at one character after the other.
#include <algorithm>
#include <utility>

#include "tokenizer/byte_alphabet.h"
#include "tokenizer/normalizer_steps.h"
#include "tokenizer/unicode/unicode.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {
namespace {

// `change(character, rewrite, at)` writes what becomes of a character that `is_changed`.
template <typename IsChanged, typename Change>
void RewriteCharacters(AlignedText* text, TextRewrite::Buffers* buffers, IsChanged is_changed,
                       Change change) {
  const std::string_view old = text->text();
  const auto find = [&](size_t at) {
    while (at < old.size()) {
      const Utf8Character character = CharacterAt(old, at);
      if (is_changed(character.code)) break;
      at += character.bytes;
    }
    return at;
  };
  size_t at = find(0);
  if (at == old.size()) return;
  TextRewrite rewrite(text, buffers);
  size_t kept = 0;
  while (at < old.size()) {
    rewrite.Keep(kept, at);
    const Utf8Character character = CharacterAt(old, at);
    change(character.code, &rewrite, at);
    kept = at + character.bytes;
    at = find(kept);
  }
  rewrite.Keep(kept, old.size());
  rewrite.Finish();
}

const auto kDrop = [](char32_t, TextRewrite*, size_t) {};

class LowercaseStep final : public Normalizer {
 public:
  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    RewriteCharacters(
        text, buffers, [](char32_t code) { return Lowercase(code) != code; },
        [](char32_t code, TextRewrite* rewrite, size_t at) {
          rewrite->Put(Lowercase(code), at);
          // The one that becomes two.
          if (code == 0x130) rewrite->Put(char32_t{0x307}, at);
        });
  }
};

class DropStep final : public Normalizer {
 public:
  explicit DropStep(const CodePointSet& dropped) : dropped_(dropped) {}

  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    RewriteCharacters(
        text, buffers, [&](char32_t code) { return dropped_.Contains(code); }, kDrop);
  }

 private:
  const CodePointSet& dropped_;
};

class BertAccentsStep final : public Normalizer {
 public:
  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    decompose_->Apply(text, buffers);
    drop_.Apply(text, buffers);
  }

 private:
  NormalizerPtr decompose_ = MakeNormalFormStep(NormalForm::kNfd);
  DropStep drop_{BertAccents()};
};

class BertCleanStep final : public Normalizer {
 public:
  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    RewriteCharacters(
        text, buffers, [](char32_t code) { return code != ' ' && (IsSpace(code) || IsBad(code)); },
        [](char32_t code, TextRewrite* rewrite, size_t at) {
          if (IsSpace(code)) rewrite->Put(U' ', at);
        });
  }

 private:
  static bool IsSpace(char32_t code) {
    return code == '\t' || code == '\n' || code == '\r' || (IsWhiteSpace(code) && !IsBad(code));
  }
  static bool IsBad(char32_t code) {
    if (code == '\t' || code == '\n' || code == '\r') return false;
    return code == 0xFFFD || BertControls().Contains(code);
  }
};

class BertIdeographsStep final : public Normalizer {
 public:
  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    RewriteCharacters(text, buffers, IsIdeograph,
                      [](char32_t code, TextRewrite* rewrite, size_t at) {
                        rewrite->Put(U' ', at);
                        rewrite->Put(code, at);
                        rewrite->Put(U' ', at);
                      });
  }

 private:
  // BERT's blocks; the third of them from a mistake that models were trained with.
  static bool IsIdeograph(char32_t code) {
    if (code < 0x3400) return false;
    return (code >= 0x4E00 && code <= 0x9FFF) || code <= 0x4DBF ||
           (code >= 0x20000 && code <= 0x2A6DF) || (code >= 0x2A700 && code <= 0x2B81F) ||
           (code >= 0x2B920 && code <= 0x2CEAF) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0x2F800 && code <= 0x2FA1F);
  }
};

class NmtStep final : public Normalizer {
 public:
  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    RewriteCharacters(
        text, buffers, [](char32_t code) { return IsDropped(code) || IsSpace(code); },
        [](char32_t code, TextRewrite* rewrite, size_t at) {
          if (IsSpace(code)) rewrite->Put(U' ', at);
        });
  }

 private:
  static bool IsDropped(char32_t code) {
    return (code >= 0x01 && code <= 0x08) || code == 0x0B || (code >= 0x0E && code <= 0x1F) ||
           code == 0x7F || code == 0x8F || code == 0x9F;
  }
  static bool IsSpace(char32_t code) {
    switch (code) {
      case 0x09:
      case 0x0A:
      case 0x0C:
      case 0x0D:
      case 0x1680:
      case 0x2028:
      case 0x2029:
      case 0x2581:
      case 0xFEFF:
      case 0xFFFD:
        return true;
      default:
        return code >= 0x200B && code <= 0x200F;
    }
  }
};

class ByteLevelStep final : public Normalizer {
 public:
  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    const std::string_view old = text->text();
    if (old.empty()) return;
    TextRewrite rewrite(text, buffers);
    for (size_t at = 0; at < old.size(); ++at) {
      rewrite.Put(CharacterOfByte(static_cast<unsigned char>(old[at])), at);
    }
    rewrite.Finish();
  }
};

}  // namespace

NormalizerPtr MakeLowercaseStep() { return std::make_unique<LowercaseStep>(); }

NormalizerPtr MakeStripAccentsStep() { return std::make_unique<DropStep>(CombiningMarks()); }

NormalizerPtr MakeBertCleanStep() { return std::make_unique<BertCleanStep>(); }

NormalizerPtr MakeBertIdeographsStep() { return std::make_unique<BertIdeographsStep>(); }

NormalizerPtr MakeBertAccentsStep() { return std::make_unique<BertAccentsStep>(); }

NormalizerPtr MakeNmtStep() { return std::make_unique<NmtStep>(); }

NormalizerPtr MakeByteLevelStep() { return std::make_unique<ByteLevelStep>(); }

}  // namespace abstractllm
