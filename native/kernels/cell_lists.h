// Which cells of a KV cache a block of tokens attends to, put together by the tokens that
// see them. Streams that share a cache see cells of their own, often interleaved one by
// one, and a common prefix; tokens of a prompt see the same cells but for the last few.
// Cells that the same tokens see are computed for those only, however they lie.
#pragma once

#include <cstddef>
#include <cstdint>

namespace abstractllm {

constexpr int kTokensPerBlock = 16;  // one bit each
constexpr int kCellsPerSpan = 4096;  // sorted at a time

// Plain data, a few ten thousand bytes: one per thread, in the engine's work buffer.
struct CellLists {
  struct List {
    int begin;  // in `cells`
    int count;
    uint16_t tokens;  // that see each of the cells; 0 for the list of the rest
  };
  static constexpr int kMost = 64;

  List lists[kMost + 1];
  int size;
  bool biased;  // the mask has values other than "seen" and "not seen"
  int32_t first;
  int32_t cells[kCellsPerSpan];
  uint16_t seen_by[kCellsPerSpan];  // of cell first + i

  uint16_t SeenBy(int32_t cell) const { return seen_by[cell - first]; }
};

// Sorts the `count` cells from `first` on, at most kCellsPerSpan. `mask` is the first
// token's row of float16 (null: all see all); the next begins `stride` bytes further.
// Cells that nobody sees are in no list. Lists are ascending, and shorter ones than 16
// cells become one list of the rest, whose cells some of the tokens see.
void SortCells(const char* mask, size_t stride, int tokens, int32_t first, int count,
               CellLists* out);

}  // namespace abstractllm
