// Finds which of many texts a text begins with, a byte at a time: a double array.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace abstractllm {

// Thread: any, concurrently.
class ByteTrie {
 public:
  using Node = int32_t;
  static constexpr Node kRoot = 0;
  static constexpr Node kNone = -1;

  ByteTrie() : ByteTrie(std::vector<std::pair<std::string_view, int32_t>>()) {}
  // Texts with a number each, which is not negative; of two that are equal, the later counts.
  // Empty ones are left out.
  explicit ByteTrie(std::vector<std::pair<std::string_view, int32_t>> texts);

  // From `node`, by one more byte; kNone if no text goes on so.
  Node Step(Node node, char byte) const {
    const Node next = cells_[static_cast<size_t>(node)].base + static_cast<unsigned char>(byte);
    return cells_[static_cast<size_t>(next)].parent == node ? next : kNone;
  }
  // The node behind all of `text`, or kNone.
  Node Walk(std::string_view text) const {
    Node node = kRoot;
    for (size_t i = 0; i < text.size() && node != kNone; ++i) node = Step(node, text[i]);
    return node;
  }
  // The number of the text that ends here, or -1.
  int32_t Value(Node node) const { return cells_[static_cast<size_t>(node)].value; }

 private:
  struct Cell {
    Node base = 0;
    Node parent = kNone;
    int32_t value = -1;
  };
  class Builder;

  // Behind the last base there are 256 cells, so that Step needs no check.
  std::vector<Cell> cells_;
};

}  // namespace abstractllm
