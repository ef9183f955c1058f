#include "scheduler/prefix_tree.h"

#include <algorithm>
#include <cassert>
#include <unordered_map>

namespace abstractllm {
struct PrefixTree::Node {
  Node* parent = nullptr;
  // The edge from the parent; empty for the root only.
  std::vector<int32_t> tokens;
  // Tokens from the root to the end of the edge.
  int32_t end = 0;
  // By the first token of their edge.
  std::unordered_map<int32_t, std::unique_ptr<Node>> children;
  // Attached sequences whose node this is.
  std::vector<SeqId> here;
  // Attached sequences whose node is this or below.
  int32_t pins = 0;
  // The cached sequence that ends here; leaves only.
  SeqId holder = kNoSequence;
  uint64_t used_at = 0;

  bool leaf() const { return children.empty(); }
  int32_t length() const { return static_cast<int32_t>(tokens.size()); }
  int32_t begin() const { return end - length(); }
};

PrefixTree::PrefixTree(KvMemory& memory, int32_t sequences)
    : memory_(memory), root_(std::make_unique<Node>()) {
  for (SeqId id = sequences; id > 0; --id) free_ids_.push_back(id - 1);
}

PrefixTree::~PrefixTree() = default;

int32_t PrefixTree::Match(const std::vector<int32_t>& tokens, int32_t limit) const {
  const Node* node = root_.get();
  int32_t depth = 0;
  while (depth < limit) {
    const auto found = node->children.find(tokens[depth]);
    if (found == node->children.end()) break;
    node = found->second.get();
    for (const int32_t token : node->tokens) {
      if (depth == limit || tokens[depth] != token) return depth;
      ++depth;
    }
  }
  return depth;
}

SeqId PrefixTree::Attach(const std::vector<int32_t>& tokens, int32_t limit) {
  Node* wanted = Find(tokens, limit);
  Pin(wanted, 1);
  SeqId sequence = TakeId();
  Pin(wanted, -1);
  if (sequence == kNoSequence) sequence = TakeId();
  if (sequence == kNoSequence) return kNoSequence;
  ++clock_;
  attached_[sequence] = root_.get();
  root_->here.push_back(sequence);
  ++root_->pins;
  return sequence;
}

SeqId PrefixTree::TakeId() {
  while (free_ids_.empty()) {
    Node* leaf = LongestUnused();
    if (leaf == nullptr) return kNoSequence;
    Shorten(leaf, leaf->length());
  }
  const SeqId sequence = free_ids_.back();
  free_ids_.pop_back();
  return sequence;
}

PrefixTree::Node* PrefixTree::Find(const std::vector<int32_t>& tokens, int32_t limit) const {
  Node* node = root_.get();
  while (node->end < limit) {
    const auto found = node->children.find(tokens[static_cast<size_t>(node->end)]);
    if (found == node->children.end()) break;
    Node* child = found->second.get();
    if (child->end > limit ||
        !std::equal(child->tokens.begin(), child->tokens.end(), tokens.begin() + node->end)) {
      return child;
    }
    node = child;
  }
  return node;
}

void PrefixTree::Pin(Node* node, int32_t count) {
  for (Node* at = node; at != nullptr; at = at->parent) at->pins += count;
}

int32_t PrefixTree::Advance(SeqId sequence, const std::vector<int32_t>& tokens, int32_t limit) {
  Node* from = NodeOf(sequence);
  Node* to = Descend(from, tokens, limit);
  if (to != from) {
    memory_.Share(HolderOf(*to), sequence, from->end, to->end);
    MoveTo(sequence, to);
  }
  Touch(to);
  return to->end;
}

void PrefixTree::Insert(SeqId sequence, const std::vector<int32_t>& tokens, int32_t end) {
  Advance(sequence, tokens, end);
  Node* node = NodeOf(sequence);
  if (node->end == end) return;
  const auto first = tokens.begin() + node->end;
  const int32_t added = end - node->end;
  cells_ += added;
  // The usual case: one sequence growing. The edge grows with it.
  const bool sole =
      node != root_.get() && node->leaf() && node->here.size() == 1 && node->holder == kNoSequence;
  if (sole) {
    node->tokens.insert(node->tokens.end(), first, first + added);
    node->end = end;
    return;
  }
  auto child = std::make_unique<Node>();
  child->parent = node;
  child->tokens.assign(first, first + added);
  child->end = end;
  Node* leaf = child.get();
  // The new leaf's sequence holds the whole path, so the node needs no holder any more.
  FreeHolder(node);
  node->children[*first] = std::move(child);
  MoveTo(sequence, leaf);
  Touch(leaf);
}

void PrefixTree::Release(SeqId sequence, bool keep) {
  Node* node = NodeOf(sequence);
  Touch(node);
  node->here.erase(std::find(node->here.begin(), node->here.end(), sequence));
  Pin(node, -1);
  attached_.erase(sequence);
  const bool last =
      node != root_.get() && node->leaf() && node->here.empty() && node->holder == kNoSequence;
  if (!last) {
    memory_.Trim(sequence, 0);
    free_ids_.push_back(sequence);
    return;
  }
  memory_.Trim(sequence, node->end);
  node->holder = sequence;
  if (!keep) Shorten(node, node->length());
}

int32_t PrefixTree::Depth(SeqId sequence) const { return NodeOf(sequence)->end; }

PrefixTree::Node* PrefixTree::NodeOf(SeqId sequence) const {
  const auto found = attached_.find(sequence);
  assert(found != attached_.end());
  return found->second;
}

void PrefixTree::MoveTo(SeqId sequence, Node* node) {
  Node*& at = attached_[sequence];
  at->here.erase(std::find(at->here.begin(), at->here.end(), sequence));
  // Only ever downwards, so the path to the root above the old node is pinned already.
  for (Node* up = node; up != at; up = up->parent) ++up->pins;
  node->here.push_back(sequence);
  at = node;
}

PrefixTree::Node* PrefixTree::Descend(Node* node, const std::vector<int32_t>& tokens,
                                      int32_t limit) {
  while (node->end < limit) {
    const auto found = node->children.find(tokens[node->end]);
    if (found == node->children.end()) return node;
    Node* child = found->second.get();
    int32_t depth = node->end;
    for (const int32_t token : child->tokens) {
      if (depth == limit || tokens[depth] != token) break;
      ++depth;
    }
    if (depth < child->end) return Split(child, depth);
    node = child;
  }
  return node;
}

// The part of the edge above `depth` becomes a node of its own.
PrefixTree::Node* PrefixTree::Split(Node* node, int32_t depth) {
  const auto kept = static_cast<size_t>(depth - node->begin());
  auto upper = std::make_unique<Node>();
  Node* above = upper.get();
  above->parent = node->parent;
  above->tokens.assign(node->tokens.begin(), node->tokens.begin() + static_cast<ptrdiff_t>(kept));
  above->end = depth;
  above->pins = node->pins;
  above->used_at = node->used_at;
  std::unique_ptr<Node>& slot = node->parent->children[node->tokens.front()];
  std::unique_ptr<Node> lower = std::move(slot);
  slot = std::move(upper);
  lower->parent = above;
  lower->tokens.erase(lower->tokens.begin(), lower->tokens.begin() + static_cast<ptrdiff_t>(kept));
  above->children[lower->tokens.front()] = std::move(lower);
  return above;
}

// Any sequence at or below the node holds all of its path.
SeqId PrefixTree::HolderOf(const Node& node) const {
  const Node* at = &node;
  for (;;) {
    if (!at->here.empty()) return at->here.front();
    if (at->holder != kNoSequence) return at->holder;
    assert(!at->leaf());
    at = at->children.begin()->second.get();
  }
}

int32_t PrefixTree::EvictableCells() const {
  int32_t cells = 0;
  ForEach([&](const Node& node) {
    if (node.pins == 0) cells += node.length();
  });
  return cells;
}

void PrefixTree::Evict(int32_t cells) {
  const int32_t target = cells_ - cells;
  while (cells_ > target) {
    Node* leaf = LongestUnused();
    if (leaf == nullptr) return;
    Shorten(leaf, cells_ - target);
  }
}

template <typename Visit>
void PrefixTree::ForEach(Visit visit) const {
  std::vector<Node*> open = {root_.get()};
  while (!open.empty()) {
    Node* node = open.back();
    open.pop_back();
    visit(*node);
    for (const auto& [token, child] : node->children) open.push_back(child.get());
  }
}

PrefixTree::Node* PrefixTree::LongestUnused() const {
  Node* least = nullptr;
  ForEach([&](Node& node) {
    if (&node == root_.get() || !node.leaf() || node.pins > 0) return;
    if (least == nullptr || node.used_at < least->used_at) least = &node;
  });
  return least;
}

void PrefixTree::Shorten(Node* leaf, int32_t count) {
  if (count < leaf->length()) {
    leaf->tokens.resize(static_cast<size_t>(leaf->length() - count));
    leaf->end -= count;
    cells_ -= count;
    memory_.Trim(leaf->holder, leaf->end);
    return;
  }
  cells_ -= leaf->length();
  Node* parent = leaf->parent;
  const SeqId holder = leaf->holder;
  const int32_t key = leaf->tokens.front();
  parent->children.erase(key);
  const bool inherits = parent != root_.get() && parent->leaf() && parent->here.empty();
  if (inherits) {
    memory_.Trim(holder, parent->end);
    parent->holder = holder;
  } else {
    memory_.Trim(holder, 0);
    free_ids_.push_back(holder);
  }
}

void PrefixTree::FreeHolder(Node* node) {
  if (node->holder == kNoSequence) return;
  memory_.Trim(node->holder, 0);
  free_ids_.push_back(node->holder);
  node->holder = kNoSequence;
}

void PrefixTree::Touch(Node* node) {
  for (Node* at = node; at != nullptr; at = at->parent) at->used_at = clock_;
}

}  // namespace abstractllm
