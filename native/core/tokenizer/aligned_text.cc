#include "tokenizer/aligned_text.h"

#include <cassert>

#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {

void AlignedText::Assign(std::string_view text, size_t base, bool tracks_origins) {
  assert(text.size() <= kMaxTokenizedBytes && base <= kMaxTokenizedBytes - text.size());
  view_ = text;
  base_ = base;
  rewritten_ = false;
  tracks_origins_ = tracks_origins;
  begins_original_ = base == 0;
}

ByteSpan AlignedText::OriginOfByte(size_t at) const {
  if (rewritten_) return origins_[at];
  return {static_cast<uint32_t>(base_ + CharacterBegin(view_, at)),
          static_cast<uint32_t>(base_ + CharacterEnd(view_, at))};
}

ByteSpan AlignedText::Origin(size_t begin, size_t end) const {
  assert(tracks_origins_ && begin <= end && end <= text().size());
  if (begin == end) {
    const uint32_t at = begin < text().size() ? OriginOfByte(begin).begin
                        : begin > 0           ? OriginOfByte(begin - 1).end
                                              : static_cast<uint32_t>(base_);
    return {at, at};
  }
  return {OriginOfByte(begin).begin, OriginOfByte(end - 1).end};
}

TextRewrite::TextRewrite(AlignedText* target, Buffers* buffers)
    : target_(target), buffers_(buffers), old_text_(target->text()) {
  buffers_->text.clear();
  buffers_->text.reserve(old_text_.size());
  buffers_->origins.clear();
}

void TextRewrite::Keep(size_t begin, size_t end) {
  if (begin == end) return;
  if (buffers_->text.empty()) {
    begins_original_ = begin == 0 && target_->begins_original_;
  }
  buffers_->text.append(old_text_, begin, end - begin);
  if (!target_->tracks_origins_) return;
  if (target_->rewritten_) {
    const auto first = target_->origins_.begin();
    buffers_->origins.insert(buffers_->origins.end(), first + static_cast<ptrdiff_t>(begin),
                             first + static_cast<ptrdiff_t>(end));
    return;
  }
  for (size_t at = begin; at < end;) {
    const ByteSpan origin = target_->OriginOfByte(at);
    const size_t stop = origin.end - target_->base_;
    for (; at < end && at < stop; ++at) buffers_->origins.push_back(origin);
  }
}

void TextRewrite::Mark(size_t bytes, ByteSpan origin, bool begins_original) {
  if (bytes == 0) return;
  if (buffers_->text.empty()) begins_original_ = begins_original;
  if (target_->tracks_origins_) {
    buffers_->origins.insert(buffers_->origins.end(), bytes, origin);
  }
}

void TextRewrite::Put(std::string_view bytes, size_t from) {
  const ByteSpan origin = target_->tracks_origins_ ? target_->OriginOfByte(from) : ByteSpan();
  // Without origins: only the first character can stand for the original's first.
  const bool first =
      target_->tracks_origins_
          ? origin.begin == 0
          : target_->begins_original_ && (from == 0 || CharacterBegin(old_text_, from) == 0);
  Mark(bytes.size(), origin, first);
  buffers_->text.append(bytes);
}

void TextRewrite::Put(char32_t character, size_t from) {
  char bytes[4];
  const size_t length = EncodeUtf8(character, bytes);
  Put(std::string_view(bytes, length), from);
}

void TextRewrite::PutAfter(std::string_view bytes, size_t after) {
  if (after > 0) {
    Put(bytes, after - 1);
    return;
  }
  const auto base = static_cast<uint32_t>(target_->base_);
  Mark(bytes.size(), {base, base}, base == 0);
  buffers_->text.append(bytes);
}

void TextRewrite::PutAfter(char32_t character, size_t after) {
  char bytes[4];
  const size_t length = EncodeUtf8(character, bytes);
  PutAfter(std::string_view(bytes, length), after);
}

void TextRewrite::Finish() {
  target_->own_.swap(buffers_->text);
  target_->origins_.swap(buffers_->origins);
  target_->rewritten_ = true;
  // An empty text begins where the old one did: whatever is put into it stands there.
  if (!target_->own_.empty()) target_->begins_original_ = begins_original_;
}

}  // namespace abstractllm
