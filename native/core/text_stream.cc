#include "text_stream.h"

#include <algorithm>

#include "utf8.h"

namespace abstractllm {

TextStream::TextStream(std::vector<std::string> stops) : stops_(std::move(stops)) {}

std::string TextStream::Push(std::string_view bytes) {
  if (stopped_) return {};
  held_.append(bytes);
  size_t earliest = std::string::npos;
  for (const std::string& stop : stops_) {
    const size_t at = held_.find(stop);
    // Of two that begin at the same place the longer was asked for as well; the
    // text shown is the same, so the first in the caller's order is reported.
    if (at != std::string::npos && (earliest == std::string::npos || at < earliest)) {
      earliest = at;
      stop_sequence_ = stop;
    }
  }
  if (earliest != std::string::npos) {
    stopped_ = true;
    std::string text = Release(earliest);
    held_.clear();
    return text;
  }
  return Release(held_.size() - HeldBackLength());
}

std::string TextStream::Finish() { return stopped_ ? std::string() : Release(held_.size()); }

std::string TextStream::Release(size_t length) {
  std::string text = SanitizeUtf8(std::string_view(held_).substr(0, length));
  held_.erase(0, length);
  return text;
}

size_t TextStream::HeldBackLength() const {
  size_t longest = IncompleteUtf8Suffix(held_);
  for (const std::string& stop : stops_) {
    size_t length = std::min(stop.size() - 1, held_.size());
    for (; length > longest; --length) {
      if (held_.compare(held_.size() - length, length, stop, 0, length) == 0) break;
    }
    longest = std::max(longest, length);
  }
  return longest;
}

}  // namespace abstractllm
