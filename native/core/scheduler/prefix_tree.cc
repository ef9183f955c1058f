#include "scheduler/prefix_tree.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace abstractllm {
struct PrefixTree::Node {
  Node* parent = nullptr;
  // The edge from the parent; empty for the root only.
  std::vector<int32_t> tokens;
  // Tokens from the root to the end of the edge.
  int32_t end = 0;
  // The position of the token that would follow.
  int32_t end_position = 0;
  // Those of the edge, at their places from the root on.
  MediaRuns runs;
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

  // How far line.tokens[0, limit) goes along the edge, from which it differs or where it
  // ends: a depth.
  int32_t MatchEdge(const TokenLine& line, int32_t limit) const {
    const int32_t most = std::min(limit, end);
    const auto first = line.tokens.begin() + begin();
    const auto differs =
        std::mismatch(first, line.tokens.begin() + most, tokens.begin()).first - first;
    return OutsideRuns(runs, begin() + static_cast<int32_t>(differs));
  }
  // The edge goes on with the line's tokens up to `depth`.
  void Grow(const TokenLine& line, int32_t depth) {
    tokens.insert(tokens.end(), line.tokens.begin() + end, line.tokens.begin() + depth);
    for (const MediaRun* run = NextRun(line.runs, end); run != nullptr && run->first < depth;
         run = NextRun(line.runs, run->end())) {
      runs.push_back(*run);
      // The cells have its content.
      runs.back().item = nullptr;
    }
    end = depth;
    end_position = PositionOf(line.runs, depth);
  }
  // The position at a depth of the edge that is inside of no run.
  int32_t PositionAt(int32_t depth) const {
    int32_t position = end_position - (end - depth);
    for (const MediaRun& run : runs) {
      if (run.first >= depth) position += run.count - run.positions();
    }
    return position;
  }
};

PrefixTree::PrefixTree(KvMemory& memory, int32_t sequences)
    : memory_(memory), sequences_(sequences), root_(std::make_unique<Node>()) {
  FreeAllIds();
}

PrefixTree::~PrefixTree() = default;

int32_t PrefixTree::Match(const TokenLine& line, int32_t limit) const {
  const Node* node = root_.get();
  while (node->end < limit) {
    const auto found = node->children.find(line.tokens[node->end]);
    if (found == node->children.end()) break;
    const int32_t depth = found->second->MatchEdge(line, limit);
    if (depth < found->second->end) return depth;
    node = found->second.get();
  }
  return node->end;
}

SeqId PrefixTree::Attach(const TokenLine& line, int32_t limit) {
  Node* wanted = Find(line, limit);
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
    RemoveLeaf(leaf);
  }
  const SeqId sequence = free_ids_.back();
  free_ids_.pop_back();
  return sequence;
}

PrefixTree::Node* PrefixTree::Find(const TokenLine& line, int32_t limit) const {
  Node* node = root_.get();
  while (node->end < limit) {
    const auto found = node->children.find(line.tokens[static_cast<size_t>(node->end)]);
    if (found == node->children.end()) break;
    node = found->second.get();
    if (node->MatchEdge(line, limit) < node->end) break;
  }
  return node;
}

void PrefixTree::Pin(Node* node, int32_t count) {
  for (Node* at = node; at != nullptr; at = at->parent) at->pins += count;
}

int32_t PrefixTree::Advance(SeqId sequence, const TokenLine& line, int32_t limit) {
  Node* from = NodeOf(sequence);
  Node* to = Descend(from, line, limit);
  const int32_t depth = to->end;
  if (to != from) {
    memory_.Share(HolderOf(*to), sequence, from->end_position, to->end_position);
    MoveTo(sequence, to);
  }
  Touch(to);
  return depth;
}

void PrefixTree::Insert(SeqId sequence, const TokenLine& line, int32_t end) {
  end = OutsideRuns(line.runs, end);
  Advance(sequence, line, end);
  Node* node = NodeOf(sequence);
  if (node->end >= end) return;
  cells_ += end - node->end;
  // The usual case: one sequence growing. The edge grows with it.
  const bool sole =
      node != root_.get() && node->leaf() && node->here.size() == 1 && node->holder == kNoSequence;
  if (sole) {
    node->Grow(line, end);
    return;
  }
  auto child = std::make_unique<Node>();
  child->parent = node;
  child->end = node->end;
  child->Grow(line, end);
  Node* leaf = child.get();
  // The new leaf's sequence holds the whole path, so the node needs no holder any more.
  FreeHolder(node);
  node->children[leaf->tokens.front()] = std::move(child);
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
    MergeUpwards(node);
    return;
  }
  memory_.Trim(sequence, node->end_position);
  node->holder = sequence;
  if (keep) {
    MergeUpwards(node);
  } else {
    RemoveLeaf(node);
  }
}

int32_t PrefixTree::Depth(SeqId sequence) const { return NodeOf(sequence)->end; }

PrefixTree::Node* PrefixTree::NodeOf(SeqId sequence) const {
  const auto found = attached_.find(sequence);
  assert(found != attached_.end());
  return found->second;
}

void PrefixTree::MoveTo(SeqId sequence, Node* node) {
  Node* before = attached_[sequence];
  before->here.erase(std::find(before->here.begin(), before->here.end(), sequence));
  // Only ever downwards, so the path to the root above the old node is pinned already.
  for (Node* up = node; up != before; up = up->parent) ++up->pins;
  node->here.push_back(sequence);
  attached_[sequence] = node;
}

PrefixTree::Node* PrefixTree::Descend(Node* node, const TokenLine& line, int32_t limit) {
  while (node->end < limit) {
    const auto found = node->children.find(line.tokens[node->end]);
    if (found == node->children.end()) return node;
    Node* child = found->second.get();
    const int32_t depth = child->MatchEdge(line, limit);
    if (depth == node->end) return node;  // the limit is inside of the edge's first run
    if (depth < child->end) return Split(child, depth);
    node = child;
  }
  return node;
}

// The part of the edge above `depth` becomes a node of its own.
PrefixTree::Node* PrefixTree::Split(Node* node, int32_t depth) {
  const auto kept = static_cast<ptrdiff_t>(depth - node->begin());
  auto upper = std::make_unique<Node>();
  Node* above = upper.get();
  above->parent = node->parent;
  above->tokens.assign(node->tokens.begin(), node->tokens.begin() + kept);
  above->end = depth;
  above->end_position = node->PositionAt(depth);
  above->pins = node->pins;
  above->used_at = node->used_at;
  const auto below = std::partition_point(node->runs.begin(), node->runs.end(),
                                          [=](const MediaRun& run) { return run.first < depth; });
  above->runs.assign(std::make_move_iterator(node->runs.begin()), std::make_move_iterator(below));
  std::unique_ptr<Node>& slot = node->parent->children[node->tokens.front()];
  std::unique_ptr<Node> lower = std::move(slot);
  slot = std::move(upper);
  lower->parent = above;
  lower->runs.erase(lower->runs.begin(), below);
  lower->tokens.erase(lower->tokens.begin(), lower->tokens.begin() + kept);
  above->children[lower->tokens.front()] = std::move(lower);
  return above;
}

void PrefixTree::MergeUpwards(Node* node) {
  while (node != root_.get()) {
    Node* parent = node->parent;
    // What an attached sequence began with is not its own to take away.
    if (node->pins == 0 && node->children.size() == 1) {
      std::unique_ptr<Node> child = std::move(node->children.begin()->second);
      child->tokens.insert(child->tokens.begin(), node->tokens.begin(), node->tokens.end());
      child->runs.insert(child->runs.begin(), std::make_move_iterator(node->runs.begin()),
                         std::make_move_iterator(node->runs.end()));
      child->parent = parent;
      // The end of `node`.
      parent->children[child->tokens.front()] = std::move(child);
    }
    node = parent;
  }
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

int32_t PrefixTree::NodeCount() const {
  int32_t nodes = -1;  // without the root
  ForEach([&](const Node&) { ++nodes; });
  return nodes;
}

void PrefixTree::Evict(int32_t cells) {
  const int32_t target = cells_ - cells;
  while (cells_ > target) {
    Node* leaf = LongestUnused();
    if (leaf == nullptr) return;
    Shorten(leaf, cells_ - target);
  }
}

void PrefixTree::Clear() {
  for (SeqId id = 0; id < sequences_; ++id) memory_.Trim(id, 0);
  root_->children.clear();
  root_->here.clear();
  root_->pins = 0;
  attached_.clear();
  cells_ = 0;
  free_ids_.clear();
  FreeAllIds();  // in memory that is there
}

void PrefixTree::FreeAllIds() {
  for (SeqId id = sequences_; id > 0; --id) free_ids_.push_back(id - 1);
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
  const int32_t depth = OutsideRuns(leaf->runs, std::max(leaf->end - count, leaf->begin()));
  if (depth == leaf->begin()) return RemoveLeaf(leaf);
  cells_ -= leaf->end - depth;
  leaf->end_position = leaf->PositionAt(depth);
  leaf->tokens.resize(static_cast<size_t>(depth - leaf->begin()));
  leaf->end = depth;
  while (!leaf->runs.empty() && leaf->runs.back().first >= depth) leaf->runs.pop_back();
  memory_.Trim(leaf->holder, leaf->end_position);
}

void PrefixTree::RemoveLeaf(Node* leaf) {
  cells_ -= leaf->length();
  Node* parent = leaf->parent;
  const SeqId holder = leaf->holder;
  const int32_t key = leaf->tokens.front();
  parent->children.erase(key);
  const bool inherits = parent != root_.get() && parent->leaf() && parent->here.empty();
  if (inherits) {
    memory_.Trim(holder, parent->end_position);
    parent->holder = holder;
    return;
  }
  memory_.Trim(holder, 0);
  free_ids_.push_back(holder);
  MergeUpwards(parent);
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
