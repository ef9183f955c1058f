// What one thread computes at a time: a block of tokens, the heads of some groups, and a
// range of cells.
//
// Roofline, per pair of a query head and a cell at head size D: 4 D operations, which is
// D / 16 cycles with two fused multiply-adds of 16 lanes per cycle (4 at D = 64), one for
// the softmax, and the conversion of the cell divided by the rows that share it. The
// cache is read once per block of tokens, 4 D bytes per cell: at 8 bytes per cycle a cell
// of D = 64 takes 32 cycles, less than 7 heads of one token need for it (28 + 7 + 24).
#pragma once

#include <cstddef>

#include "attention_op.h"

namespace abstractllm {

struct AttentionItem {
  int stream;
  int first_group, groups;
  int first_token, tokens;
  int first_cell, cells;
};

// Rows of an item, each a token and a head, that are worth having: one converted block of
// cells serves all of a group's.
constexpr int kRowsPerItem = 128;

// As many as the heads of a group make kRowsPerItem with, 1 to kTokensPerBlock.
int TokensPerItem(const AttentionOp& op);

// Of ComputeItem's `scratch` for items of up to `rows` rows; a multiple of 64.
size_t ScratchBytes(const AttentionOp& op, int rows);

// A row's sum over some of the cells, before the division by its weights.
struct PartialRow {
  float largest;  // score; minus infinity where no cell was seen
  float sum;      // of e^(score - largest)
};

// Floats of a PartialRow and the value_size numbers behind it.
size_t PartialFloats(const AttentionOp& op);

// Computes `item` and writes its rows to the output, or, if not null, to `partials`, where
// row (stream * tokens + token) * heads + head of the whole operation stands at
// row * PartialFloats(op). `scratch` is aligned to 64 bytes. Thread: any.
void ComputeItem(const AttentionOp& op, const AttentionItem& item, void* scratch, float* partials);

// Puts a row's `count` partials, `stride` floats apart, together and writes the output.
void CombineRow(const AttentionOp& op, int stream, int token, int head, const float* partials,
                int count, size_t stride);

}  // namespace abstractllm
