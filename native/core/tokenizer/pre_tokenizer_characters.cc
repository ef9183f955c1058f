// Cuts at characters of a kind.
#include "tokenizer/pre_tokenizer_steps.h"
#include "tokenizer/unicode/unicode.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {
namespace {

// Each character that passes `is_cut` is a place of its own.
template <typename IsCut>
void SplitAtCharacters(PreTokens* tokens, SplitBehavior behavior, IsCut is_cut) {
  const std::string_view text = tokens->text.text();
  SplitPieces(tokens, [&](size_t begin, size_t end, std::vector<Piece>* pieces) {
    StretchSplitter splitter(behavior, pieces);
    size_t behind = begin;
    for (size_t at = begin; at < end;) {
      const Utf8Character character = CharacterAt(text, at);
      const size_t next = at + character.bytes;
      if (is_cut(character.code)) {
        if (behind != at) splitter.Add(behind, at, false);
        splitter.Add(at, next, true);
        behind = next;
      }
      at = next;
    }
    if (behind != end) splitter.Add(behind, end, false);
    splitter.Finish();
  });
}

class SetStep final : public PreTokenizer {
 public:
  SetStep(const CodePointSet& cuts, SplitBehavior behavior) : cuts_(cuts), behavior_(behavior) {}

  void Apply(PreTokens* tokens) const override {
    SplitAtCharacters(tokens, behavior_, [&](char32_t code) { return cuts_.Contains(code); });
  }

 private:
  const CodePointSet& cuts_;
  SplitBehavior behavior_;
};

class DelimiterStep final : public PreTokenizer {
 public:
  explicit DelimiterStep(char32_t delimiter) : delimiter_(delimiter) {}

  void Apply(PreTokens* tokens) const override {
    SplitAtCharacters(tokens, SplitBehavior::kRemoved,
                      [&](char32_t code) { return code == delimiter_; });
  }

 private:
  char32_t delimiter_;
};

class BertStep final : public PreTokenizer {
 public:
  void Apply(PreTokens* tokens) const override {
    SplitAtCharacters(tokens, SplitBehavior::kRemoved, IsWhiteSpace);
    const CodePointSet& punctuation = BertPunctuation();
    SplitAtCharacters(tokens, SplitBehavior::kIsolated,
                      [&](char32_t code) { return punctuation.Contains(code); });
  }
};

// Runs of characters for which `kind` gives the same; those of kind 0 are dropped.
template <typename Kind>
void SplitIntoRuns(PreTokens* tokens, Kind kind) {
  const std::string_view text = tokens->text.text();
  SplitPieces(tokens, [&](size_t begin, size_t end, std::vector<Piece>* pieces) {
    int last = 0;
    for (size_t at = begin; at < end;) {
      const Utf8Character character = CharacterAt(text, at);
      const auto next = static_cast<uint32_t>(at + character.bytes);
      const int now = kind(character.code);
      if (now != 0 && now == last) {
        pieces->back().end = next;
      } else if (now != 0) {
        pieces->push_back({static_cast<uint32_t>(at), next, -1});
      }
      last = now;
      at = next;
    }
  });
}

class WhitespaceStep final : public PreTokenizer {
 public:
  void Apply(PreTokens* tokens) const override {
    SplitIntoRuns(tokens, [](char32_t code) {
      if (IsWordCharacter(code)) return 1;
      return IsWhiteSpace(code) ? 0 : 2;
    });
  }
};

class FixedLengthStep final : public PreTokenizer {
 public:
  explicit FixedLengthStep(uint32_t length) : length_(length) {}

  void Apply(PreTokens* tokens) const override {
    const std::string_view text = tokens->text.text();
    SplitPieces(tokens, [&](size_t begin, size_t end, std::vector<Piece>* pieces) {
      for (size_t at = begin; at < end;) {
        const size_t piece = at;
        for (uint32_t i = 0; i < length_ && at < end; ++i) at += CharacterAt(text, at).bytes;
        pieces->push_back({static_cast<uint32_t>(piece), static_cast<uint32_t>(at), -1});
      }
    });
  }

 private:
  uint32_t length_;
};

class UnicodeScriptsStep final : public PreTokenizer {
 public:
  // Japanese is written in three scripts, which count as one. 0: any script.
  static int Script(char32_t code) {
    constexpr char32_t kHan = 0x4E00;
    static const uint8_t hiragana = ScriptForSplitting(0x3042);
    static const uint8_t katakana = ScriptForSplitting(0x30A2);
    static const uint8_t han = ScriptForSplitting(kHan);
    if (code == ' ') return 0;
    if (code == 0x30FC) return han;
    const uint8_t script = ScriptForSplitting(code);
    return script == hiragana || script == katakana ? han : script;
  }

  void Apply(PreTokens* tokens) const override {
    const std::string_view text = tokens->text.text();
    SplitPieces(tokens, [&](size_t begin, size_t end, std::vector<Piece>* pieces) {
      // What belongs to any script goes with what is before; at the beginning, with nothing:
      // the reference drops it.
      int last = -1;
      bool is_open = false;
      for (size_t at = begin; at < end;) {
        const Utf8Character character = CharacterAt(text, at);
        const auto next = static_cast<uint32_t>(at + character.bytes);
        const int script = Script(character.code);
        if (script != 0 && script != last) {
          pieces->push_back({static_cast<uint32_t>(at), next, -1});
          is_open = true;
        } else if (is_open) {
          pieces->back().end = next;
        }
        if (script != 0) last = script;
        at = next;
      }
    });
  }
};

}  // namespace

PreTokenizerPtr MakeWhitespaceSplitStep() {
  return std::make_unique<SetStep>(WhiteSpace(), SplitBehavior::kRemoved);
}

PreTokenizerPtr MakePunctuationStep(SplitBehavior behavior) {
  return std::make_unique<SetStep>(BertPunctuation(), behavior);
}

PreTokenizerPtr MakeDigitsStep(bool individual) {
  return std::make_unique<SetStep>(
      Numbers(), individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous);
}

PreTokenizerPtr MakeDelimiterStep(char32_t delimiter) {
  return std::make_unique<DelimiterStep>(delimiter);
}

PreTokenizerPtr MakeBertStep() { return std::make_unique<BertStep>(); }

PreTokenizerPtr MakeWhitespaceStep() { return std::make_unique<WhitespaceStep>(); }

PreTokenizerPtr MakeFixedLengthStep(uint32_t length) {
  return std::make_unique<FixedLengthStep>(length);
}

PreTokenizerPtr MakeUnicodeScriptsStep() { return std::make_unique<UnicodeScriptsStep>(); }

}  // namespace abstractllm
