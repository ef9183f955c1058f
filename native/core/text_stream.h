// Turns the bytes of sampled tokens into text that may be shown: never half a
// character, never a stop string or the beginning of one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace abstractllm {

// Thread: one at a time (the inference thread).
class TextStream {
 public:
  // `stops` are non-empty UTF-8 strings; they may span any number of tokens.
  explicit TextStream(std::vector<std::string> stops);

  // Adds a token's bytes and returns what has become safe to show (valid UTF-8).
  std::string Push(std::string_view bytes);
  // Returns what was held back, once no more bytes will come.
  std::string Finish();

  // True after a stop string was completed; further bytes are ignored.
  bool stopped() const { return stopped_; }
  // The stop string that ended the text, or "".
  const std::string& stop_sequence() const { return stop_sequence_; }

 private:
  // Moves `length` bytes out of `held_`, invalid sequences replaced.
  std::string Release(size_t length);
  size_t HeldBackLength() const;

  std::vector<std::string> stops_;
  std::string held_;
  std::string stop_sequence_;
  bool stopped_ = false;
};

}  // namespace abstractllm
