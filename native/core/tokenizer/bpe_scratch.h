// What byte-pair encoding needs while it joins the symbols of a piece.
#pragma once

#include <cstdint>
#include <vector>

#include "tokenizer/bpe_model.h"
#include "tokenizer/word_cache.h"

namespace abstractllm {

class BpeModel::Scratch final : public SubwordScratch {
 public:
  // A pair that may be joined, in a heap whose top is the earliest: by rank, then by place.
  struct Pair {
    uint32_t rank;
    uint32_t left;  // index of a symbol
    int32_t id;     // of the two together
  };

  void Clear() {
    ids.clear();
    ends.clear();
  }
  void Add(int32_t id, size_t end) {
    ids.push_back(id);
    ends.push_back(static_cast<uint32_t>(end));
  }

  // Symbols, side by side; their ends are bytes of the piece.
  std::vector<int32_t> ids;
  std::vector<uint32_t> ends;
  // Of each symbol and the next one.
  std::vector<Merge> merges;
  std::vector<Pair> heap;
  std::vector<uint32_t> previous;
  std::vector<uint32_t> next;
  WordCache cache;
};

}  // namespace abstractllm
