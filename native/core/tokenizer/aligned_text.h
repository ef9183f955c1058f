// A text on its way through normalizers, and where its bytes came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace abstractllm {

// No text is longer: positions are 32 bits wide.
constexpr size_t kMaxTokenizedBytes = UINT32_MAX - 1;

// Bytes of the text that somebody passed in.
struct ByteSpan {
  uint32_t begin = 0;
  uint32_t end = 0;
};

inline bool operator==(ByteSpan a, ByteSpan b) { return a.begin == b.begin && a.end == b.end; }

// Every byte belongs to the characters of the original that it stands for; inserted ones to
// their neighbour's. Costs eight bytes per byte of text, and only once something was
// rewritten; nothing where nobody asks for origins.
// Thread: one at a time. Owns: its text, once it was rewritten.
class AlignedText {
 public:
  // Starts over. `text` is valid UTF-8 of at most kMaxTokenizedBytes and must outlive its
  // use here; `base` is where it begins in the original.
  void Assign(std::string_view text, size_t base, bool tracks_origins);

  std::string_view text() const { return rewritten_ ? std::string_view(own_) : view_; }
  bool tracks_origins() const { return tracks_origins_; }
  // Whether the first byte stands for the original's first. Known without origins, too.
  bool begins_original() const { return begins_original_; }

  // What the bytes from `begin` to `end` stand for, whole characters. Needs
  // tracks_origins(). An empty range has an empty span.
  ByteSpan Origin(size_t begin, size_t end) const;

 private:
  friend class TextRewrite;

  ByteSpan OriginOfByte(size_t at) const;

  std::string_view view_;
  std::string own_;
  std::vector<ByteSpan> origins_;  // of own_, byte by byte
  size_t base_ = 0;
  bool rewritten_ = false;
  bool tracks_origins_ = false;
  bool begins_original_ = true;
};

// One pass over an AlignedText that writes its successor from left to right. The old text
// stays readable until Finish; without Finish nothing happened.
// Memory is kept in the rewrite's buffers, which swap with the text's.
class TextRewrite {
 public:
  // What rewriting needs, kept from text to text.
  struct Buffers {
    std::string text;
    std::vector<ByteSpan> origins;
  };

  // Both must outlive the rewrite.
  TextRewrite(AlignedText* target, Buffers* buffers);

  std::string_view old_text() const { return old_text_; }

  // The old bytes from `begin` to `end`, as they are.
  void Keep(size_t begin, size_t end);
  // New bytes that stand for what the old byte at `from` stands for.
  void Put(std::string_view bytes, size_t from);
  void Put(char32_t character, size_t from);
  // The same for what follows old byte `after - 1`; the beginning if there is none.
  void PutAfter(std::string_view bytes, size_t after);
  void PutAfter(char32_t character, size_t after);

  // Bytes written so far.
  size_t size() const { return buffers_->text.size(); }
  void Finish();

 private:
  void Mark(size_t bytes, ByteSpan origin, bool begins_original);

  AlignedText* target_;
  Buffers* buffers_;
  std::string_view old_text_;
  bool begins_original_ = false;
};

}  // namespace abstractllm
