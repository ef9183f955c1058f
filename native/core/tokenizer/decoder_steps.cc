#include "tokenizer/decoder_steps.h"

#include <cstdlib>

#include "checkpoint/token_list.h"
#include "tokenizer/byte_alphabet.h"
#include "tokenizer/clean_up.h"
#include "utf8.h"

namespace abstractllm {
namespace {

bool BeginsWith(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

char ByteOf(const std::string& token) {
  return static_cast<char>(std::strtoul(token.c_str() + 3, nullptr, 16));
}

bool EndsWith(const std::string& text, const std::string& suffix) {
  return text.size() >= suffix.size() &&
         text.compare(text.size() - suffix.size(), suffix.size(), suffix) == 0;
}

}  // namespace

void ByteLevelDecoder::Apply(std::vector<std::string>* texts) const {
  std::string bytes;
  for (const std::string& text : *texts) {
    if (!AppendBytesOfAlphabet(text, &bytes)) bytes += text;
  }
  *texts = {SanitizeUtf8(bytes)};
}

void ByteLevelDecoder::ApplyInside(std::string* text) const {
  std::string bytes;
  if (AppendBytesOfAlphabet(*text, &bytes)) *text = std::move(bytes);
}

void ByteFallbackDecoder::Apply(std::vector<std::string>* texts) const {
  std::vector<std::string> result;
  std::string bytes;
  const auto flush = [&] {
    if (bytes.empty()) return;
    const std::string valid = SanitizeUtf8(bytes);
    if (valid == bytes) {
      result.push_back(valid);
    } else {
      result.insert(result.end(), bytes.size(), "\xEF\xBF\xBD");
    }
    bytes.clear();
  };
  for (std::string& text : *texts) {
    if (IsByteToken(text)) {
      bytes += ByteOf(text);
    } else {
      flush();
      result.push_back(std::move(text));
    }
  }
  flush();
  *texts = std::move(result);
}

void ByteFallbackDecoder::ApplyInside(std::string* text) const {
  if (IsByteToken(*text)) *text = std::string(1, ByteOf(*text));
}

void FuseDecoder::Apply(std::vector<std::string>* texts) const {
  std::string all;
  for (const std::string& text : *texts) all += text;
  *texts = {std::move(all)};
}

void StripDecoder::Strip(std::string* text) const {
  if (character_.empty()) return;
  for (size_t i = 0; i < start_ && BeginsWith(*text, character_); ++i) {
    text->erase(0, character_.size());
  }
  for (size_t i = 0; i < stop_ && EndsWith(*text, character_); ++i) {
    text->resize(text->size() - character_.size());
  }
}

void StripDecoder::Apply(std::vector<std::string>* texts) const {
  for (std::string& text : *texts) Strip(&text);
}

void StripDecoder::ApplyInside(std::string* text) const {
  if (!fused_) Strip(text);
}

void ReplaceDecoder::Apply(std::vector<std::string>* texts) const {
  for (std::string& text : *texts) ApplyInside(&text);
}

void ReplaceDecoder::ApplyInside(std::string* text) const {
  PatternScratch scratch;
  Pattern::Finder finder(pattern_, *text, &scratch);
  std::string result;
  size_t done = 0;
  for (PatternMatch match; finder.Next(&match); done = match.end) {
    result.append(*text, done, match.begin - done);
    result += content_;
  }
  if (done == 0 && result.empty()) return;
  result.append(*text, done, std::string::npos);
  *text = std::move(result);
}

void MetaspaceDecoder::Apply(std::vector<std::string>* texts) const {
  for (size_t i = 0; i < texts->size(); ++i) {
    ReplaceAll(mark_, i == 0 && prepends_ ? "" : " ", &(*texts)[i]);
  }
}

void MetaspaceDecoder::ApplyInside(std::string* text) const { ReplaceAll(mark_, " ", text); }

void WordPieceDecoder::Apply(std::vector<std::string>* texts) const {
  for (size_t i = 0; i < texts->size(); ++i) {
    std::string& text = (*texts)[i];
    if (i > 0) {
      ApplyInside(&text);
    } else if (cleans_up_) {
      CleanUpToken(&text);
    }
  }
}

void WordPieceDecoder::ApplyInside(std::string* text) const {
  if (BeginsWith(*text, prefix_)) {
    text->erase(0, prefix_.size());
  } else {
    text->insert(0, 1, ' ');
  }
  if (cleans_up_) CleanUpToken(text);
}

void WordEndDecoder::Apply(std::vector<std::string>* texts) const {
  for (size_t i = 0; i < texts->size(); ++i) {
    ReplaceAll(suffix_, i + 1 == texts->size() ? "" : " ", &(*texts)[i]);
  }
}

void WordEndDecoder::ApplyInside(std::string* text) const { ReplaceAll(suffix_, " ", text); }

void CtcDecoder::Translate(std::string* text) const {
  ReplaceAll(pad_, "", text);
  if (!cleans_up_) return;
  CleanUpToken(text);
  ReplaceAll(delimiter_, " ", text);
}

void CtcDecoder::Apply(std::vector<std::string>* texts) const {
  std::vector<std::string> result;
  const std::string* last = nullptr;
  for (const std::string& text : *texts) {
    const bool repeats = last != nullptr && *last == text;
    last = &text;
    if (repeats) continue;
    std::string translated = text;
    Translate(&translated);
    if (!translated.empty()) result.push_back(std::move(translated));
  }
  *texts = std::move(result);
}

void CtcDecoder::ApplyInside(std::string* text) const { Translate(text); }

void SpacedDecoder::Apply(std::vector<std::string>* texts) const {
  for (size_t i = 1; i < texts->size(); ++i) ApplyInside(&(*texts)[i]);
}

void DecoderSequence::Apply(std::vector<std::string>* texts) const {
  for (const auto& step : steps_) step->Apply(texts);
}

void DecoderSequence::ApplyInside(std::string* text) const {
  for (const auto& step : steps_) step->ApplyInside(text);
}

}  // namespace abstractllm
