// Which token prefixes are in the KV cache, and which sequence holds them: a radix tree.
// Sequences with a common beginning share its cells, while they run and afterwards.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "media/media_run.h"
#include "scheduler/kv_memory.h"

namespace abstractllm {

// A sequence is attached while it runs: it holds cells for the path from the root to its
// node, and whatever it computed beyond that privately (the scheduler counts those).
// Released, it becomes the cached holder of its leaf, or its id is free again.
//
// Depths and limits count tokens. A picture's embeddings are tokens, too: no node ends
// inside of such a run, so limits there mean its beginning. Equal ids are equal content,
// which the tree ensures by keeping them (MediaRun::ids).
//
// Invariants: every leaf has a holder, which is an attached sequence or its own cached
// one; the nodes' tokens are exactly the shared cells in use; only leaves without
// attached sequences are evicted, so what runs is never lost; a node with one child has
// attached sequences at it or below.
//
// Thread: the inference thread. Owns: the sequence ids 0 to `sequences` - 1. `memory` must
// outlive it.
class PrefixTree {
 public:
  PrefixTree(KvMemory& memory, int32_t sequences);
  ~PrefixTree();
  PrefixTree(const PrefixTree&) = delete;
  PrefixTree& operator=(const PrefixTree&) = delete;

  // How many tokens of tokens[0, limit) the tree holds, from the first on.
  int32_t Match(const TokenLine& line, int32_t limit) const;

  // A new sequence at the root, without cells. Takes the id of the longest unused cached
  // one if none is free, but, while there is another, not of one that holds the beginning
  // of tokens[0, limit). kNoSequence if all are attached.
  SeqId Attach(const TokenLine& line, int32_t limit);
  // Takes over what the tree holds of tokens[0, limit) beyond the sequence's node; private
  // cells there are given up for it. Returns the depth of the new node.
  int32_t Advance(SeqId sequence, const TokenLine& line, int32_t limit);
  // Makes the sequence's cells up to `end` part of the tree. Where the tree has the same
  // tokens already, the sequence's own cells are given up for those.
  void Insert(SeqId sequence, const TokenLine& line, int32_t end);
  // The end of a sequence; its private cells are released. Those in the tree stay, or, if
  // not `keep`, those of them that it alone put there go too.
  void Release(SeqId sequence, bool keep);

  // Tokens [0, depth) of an attached sequence are shared.
  int32_t Depth(SeqId sequence) const;
  // Cells that the tree's tokens take.
  int32_t cells() const { return cells_; }
  // Those of them that eviction could free now.
  int32_t EvictableCells() const;
  // Nodes besides the root.
  int32_t NodeCount() const;

  // Frees at least `cells` cells if it can, from the ends of the longest unused leaves.
  void Evict(int32_t cells);

  // Empties tree and cache; no sequence is attached any more. Does not throw.
  void Clear();

 private:
  struct Node;

  template <typename Visit>
  void ForEach(Visit visit) const;
  Node* NodeOf(SeqId sequence) const;
  void MoveTo(SeqId sequence, Node* node);
  // Walks from `node` along tokens[node's end, limit). Splits where the walk ends inside
  // an edge. Returns the deepest node.
  Node* Descend(Node* node, const TokenLine& line, int32_t limit);
  Node* Split(Node* node, int32_t depth);
  // The node and those above it that have one child and nobody attached below become part of
  // their children's edges.
  void MergeUpwards(Node* node);
  SeqId HolderOf(const Node& node) const;
  // The deepest node whose edge begins with what the tree holds of tokens[0, limit).
  Node* Find(const TokenLine& line, int32_t limit) const;
  static void Pin(Node* node, int32_t count);
  void FreeAllIds();
  SeqId TakeId();
  // The leaf to evict next, or null.
  Node* LongestUnused() const;
  // Removes the leaf's last `count` tokens at least, all of them at most.
  void Shorten(Node* leaf, int32_t count);
  void RemoveLeaf(Node* leaf);
  void FreeHolder(Node* node);
  void Touch(Node* node);

  KvMemory& memory_;
  const SeqId sequences_;
  std::unique_ptr<Node> root_;
  std::map<SeqId, Node*> attached_;
  std::vector<SeqId> free_ids_;
  int32_t cells_ = 0;
  uint64_t clock_ = 0;  // sequences attached so far
};

}  // namespace abstractllm
