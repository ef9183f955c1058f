#include "tokenizer/byte_trie.h"

#include <algorithm>

namespace abstractllm {

// Places the children of each node so that no two nodes use the same cell.
class ByteTrie::Builder {
 public:
  Builder(std::vector<std::pair<std::string_view, int32_t>> texts, std::vector<Cell>* cells)
      : texts_(std::move(texts)), cells_(*cells) {
    // Stable: of equal texts, the later comes later.
    std::stable_sort(texts_.begin(), texts_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
  }

  void Build() {
    Grow(kBytes + 1);
    cells_[kRoot].parent = kRoot;  // in use; no base leads to it, as all are above 0
    nodes_.push_back({kRoot, 0, texts_.size(), 0});
    for (size_t i = 0; i < nodes_.size(); ++i) Place(nodes_[i]);
    // Bases are below the number of cells by kBytes at least.
    cells_.shrink_to_fit();
  }

 private:
  static constexpr size_t kBytes = 256;
  // So many free cells are tried for a node before it goes to the end.
  static constexpr int kMostTries = 64;

  // A node whose texts are texts_[first...last), which share `depth` bytes.
  struct Pending {
    Node node;
    size_t first;
    size_t last;
    size_t depth;
  };

  void Grow(size_t size) {
    if (size > cells_.size()) cells_.resize(std::max(size, cells_.size() * 2));
  }
  bool IsFree(size_t cell) const { return cell >= cells_.size() || cells_[cell].parent == kNone; }

  void Place(Pending pending) {
    const auto& [node, first, last, depth] = pending;
    size_t begin = first;
    for (; begin < last && texts_[begin].first.size() == depth; ++begin) {
      if (depth > 0) cells_[static_cast<size_t>(node)].value = texts_[begin].second;
    }
    children_.clear();
    for (size_t i = begin; i < last; ++i) {
      const auto byte = static_cast<unsigned char>(texts_[i].first[depth]);
      if (children_.empty() || children_.back().byte != byte) children_.push_back({byte, i});
    }
    const size_t base = FindBase();
    Grow(base + kBytes + 1);
    cells_[static_cast<size_t>(node)].base = static_cast<Node>(base);
    for (size_t i = 0; i < children_.size(); ++i) {
      const size_t child = base + children_[i].byte;
      cells_[child].parent = node;
      const size_t end = i + 1 < children_.size() ? children_[i + 1].first : last;
      nodes_.push_back({static_cast<Node>(child), children_[i].first, end, depth + 1});
    }
  }

  // A base, 1 or more, for which the cells of all children are free.
  size_t FindBase() {
    if (children_.empty()) return 1;
    const size_t lowest = children_.front().byte;
    while (!IsFree(first_free_)) ++first_free_;
    size_t cell = std::max(first_free_, lowest + 1);
    for (int tries = 0;; ++cell) {
      if (!IsFree(cell)) continue;
      const size_t base = cell - lowest;
      const bool fits = std::all_of(children_.begin(), children_.end(),
                                    [&](const Child& child) { return IsFree(base + child.byte); });
      if (fits) return base;
      // What is left behind stays empty: a search from the first free cell would be quadratic.
      if (++tries == kMostTries) first_free_ = cell;
    }
  }

  struct Child {
    unsigned char byte;
    size_t first;
  };

  std::vector<std::pair<std::string_view, int32_t>> texts_;
  std::vector<Cell>& cells_;
  std::vector<Pending> nodes_;
  std::vector<Child> children_;
  size_t first_free_ = 1;
};

ByteTrie::ByteTrie(std::vector<std::pair<std::string_view, int32_t>> texts) {
  Builder(std::move(texts), &cells_).Build();
}

}  // namespace abstractllm
