// The decoders that a tokenizer.json can name; each documents what it does to a list of
// texts, which is what the reference does.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tokenizer/decoder.h"
#include "tokenizer/pattern/pattern.h"

namespace abstractllm {

// Characters of the byte alphabet become their bytes; a text that has others stays itself.
// All become one text, invalid UTF-8 replaced.
class ByteLevelDecoder final : public TokenDecoder {
 public:
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string* text) const override;
};

// "<0x0A>" becomes its byte; a run of such that is no UTF-8 becomes a U+FFFD for each.
class ByteFallbackDecoder final : public TokenDecoder {
 public:
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string* text) const override;
};

// All become one.
class FuseDecoder final : public TokenDecoder {
 public:
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string*) const override {}
};

// Takes up to so many of a character off the beginning and the end of each.
class StripDecoder final : public TokenDecoder {
 public:
  // `fused`: there is one text by then, so that nothing inside of it is at its edge.
  StripDecoder(std::string character, size_t start, size_t stop, bool fused)
      : character_(std::move(character)), start_(start), stop_(stop), fused_(fused) {}
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string* text) const override;

 private:
  void Strip(std::string* text) const;

  std::string character_;
  size_t start_;
  size_t stop_;
  bool fused_;
};

// What matches becomes something else, in each.
class ReplaceDecoder final : public TokenDecoder {
 public:
  ReplaceDecoder(Pattern pattern, std::string content)
      : pattern_(std::move(pattern)), content_(std::move(content)) {}
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string* text) const override;

 private:
  Pattern pattern_;
  std::string content_;
};

// The mark of a space becomes one; the first text loses what was put before it.
class MetaspaceDecoder final : public TokenDecoder {
 public:
  MetaspaceDecoder(std::string mark, bool prepends) : mark_(std::move(mark)), prepends_(prepends) {}
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string* text) const override;

 private:
  std::string mark_;
  bool prepends_;
};

// Words get spaces between them, parts of words lose their prefix.
class WordPieceDecoder final : public TokenDecoder {
 public:
  WordPieceDecoder(std::string prefix, bool cleans_up)
      : prefix_(std::move(prefix)), cleans_up_(cleans_up) {}
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string* text) const override;

 private:
  std::string prefix_;
  bool cleans_up_;
};

// The mark at the end of words becomes a space, at the last one nothing.
class WordEndDecoder final : public TokenDecoder {
 public:
  explicit WordEndDecoder(std::string suffix) : suffix_(std::move(suffix)) {}
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string* text) const override;

 private:
  std::string suffix_;
};

// Speech: repeated texts count once, padding not at all.
class CtcDecoder final : public TokenDecoder {
 public:
  CtcDecoder(std::string pad, std::string delimiter, bool cleans_up)
      : pad_(std::move(pad)), delimiter_(std::move(delimiter)), cleans_up_(cleans_up) {}
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string* text) const override;

 private:
  void Translate(std::string* text) const;

  std::string pad_;
  std::string delimiter_;
  bool cleans_up_;
};

// No decoder: tokens with spaces between them.
class SpacedDecoder final : public TokenDecoder {
 public:
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string* text) const override { text->insert(0, 1, ' '); }
};

class DecoderSequence final : public TokenDecoder {
 public:
  explicit DecoderSequence(std::vector<std::unique_ptr<TokenDecoder>> steps)
      : steps_(std::move(steps)) {}
  void Apply(std::vector<std::string>* texts) const override;
  void ApplyInside(std::string* text) const override;

 private:
  std::vector<std::unique_ptr<TokenDecoder>> steps_;
};

}  // namespace abstractllm
