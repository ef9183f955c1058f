// The steps that change the text: prefixes, Metaspace, and the alphabet of bytes.
#include <algorithm>
#include <string>

#include "tokenizer/byte_alphabet.h"
#include "tokenizer/piece_rewrite.h"
#include "tokenizer/pre_tokenizer_steps.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {
namespace {

class MetaspaceStep final : public PreTokenizer {
 public:
  MetaspaceStep(char32_t mark, PrependScheme scheme, bool splits)
      : scheme_(scheme), splits_(splits) {
    AppendCharacter(mark, &mark_);
  }

  void Apply(PreTokens* tokens) const override {
    const std::string_view text = tokens->text.text();
    const bool begins_original = tokens->text.begins_original();
    RewritePieces(tokens, [&](size_t begin, size_t end, TextRewrite* rewrite) {
      const bool may_prepend = scheme_ == PrependScheme::kAlways ||
                               (scheme_ == PrependScheme::kFirst && begin == 0 && begins_original);
      const std::string_view piece = text.substr(begin, end - begin);
      const bool has_mark = piece[0] == ' ' || piece.substr(0, mark_.size()) == mark_;
      if (may_prepend && !has_mark) rewrite->Put(mark_, begin);
      for (size_t at = 0; at < piece.size();) {
        const size_t space = std::min(piece.find(' ', at), piece.size());
        rewrite->Keep(begin + at, begin + space);
        if (space < piece.size()) rewrite->Put(mark_, begin + space);
        at = space + 1;
      }
    });
    if (!splits_) return;
    SplitAtMarks(tokens);
  }

 private:
  // Each mark begins a piece.
  void SplitAtMarks(PreTokens* tokens) const {
    const std::string_view text = tokens->text.text();
    SplitPieces(tokens, [&](size_t begin, size_t end, std::vector<Piece>* pieces) {
      const std::string_view piece = text.substr(begin, end - begin);
      for (size_t at = 0; at < piece.size();) {
        const size_t next = std::min(piece.find(mark_, at + 1), piece.size());
        pieces->push_back(
            {static_cast<uint32_t>(begin + at), static_cast<uint32_t>(begin + next), -1});
        at = next;
      }
    });
  }

  std::string mark_;
  PrependScheme scheme_;
  bool splits_;
};

class PrefixSpaceStep final : public PreTokenizer {
 public:
  void Apply(PreTokens* tokens) const override {
    const std::string_view text = tokens->text.text();
    bool is_needed = false;
    for (const Piece& piece : tokens->pieces) {
      is_needed = is_needed || (piece.token < 0 && text[piece.begin] != ' ');
    }
    if (!is_needed) return;
    RewritePieces(tokens, [&](size_t begin, size_t end, TextRewrite* rewrite) {
      if (text[begin] != ' ') rewrite->Put(U' ', begin);
      rewrite->Keep(begin, end);
    });
  }
};

class ToAlphabetStep final : public PreTokenizer {
 public:
  void Apply(PreTokens* tokens) const override {
    const std::string_view text = tokens->text.text();
    RewritePieces(tokens, [&](size_t begin, size_t end, TextRewrite* rewrite) {
      for (size_t at = begin; at < end; ++at) {
        rewrite->Put(CharacterOfByte(static_cast<unsigned char>(text[at])), at);
      }
    });
  }
};

class FromAlphabetStep final : public PreTokenizer {
 public:
  void Apply(PreTokens* tokens) const override {
    const std::string_view text = tokens->text.text();
    std::string byte;
    RewritePieces(tokens, [&](size_t begin, size_t end, TextRewrite* rewrite) {
      for (size_t at = begin; at < end;) {
        const size_t next = CharacterEnd(text, at);
        byte.clear();
        AppendBytesOfAlphabet(text.substr(at, next - at), &byte);
        rewrite->Put(byte, at);
        at = next;
      }
    });
  }
};

}  // namespace

PreTokenizerPtr MakeMetaspaceStep(char32_t mark, PrependScheme scheme, bool splits) {
  return std::make_unique<MetaspaceStep>(mark, scheme, splits);
}

PreTokenizerPtr MakePrefixSpaceStep() { return std::make_unique<PrefixSpaceStep>(); }

PreTokenizerPtr MakeToAlphabetStep() { return std::make_unique<ToAlphabetStep>(); }

PreTokenizerPtr MakeFromAlphabetStep() { return std::make_unique<FromAlphabetStep>(); }

}  // namespace abstractllm
