#include "attention_item.h"

#include "simd.h"

#ifdef ABSTRACTLLM_SIMD
#include <algorithm>
#include <cmath>
#include <cstring>

#include "cell_block.h"
#include "cell_lists.h"
#include "direct_scores.h"
#include "online_softmax.h"
#include "row_product.h"

namespace abstractllm {
namespace {

using namespace simd;

constexpr size_t kPartialHeader = sizeof(PartialRow) / sizeof(float);

// The parts of a thread's scratch memory.
struct Scratch {
  float* keys;     // [key_size][kCellsPerBlock]
  float* values;   // [kCellsPerBlock][value_size]
  float* scores;   // [kTileRows][kCellsPerBlock]
  float* bias;     // [kTokensPerBlock][kCellsPerBlock]
  float* outputs;  // [group][token][head][value_size]
  RowState* rows;  // [group][token][head]
  CellLists* cells;
};

// Lays the parts out from `memory` on; returns how much they take.
size_t Divide(const AttentionOp& op, int rows, char* memory, Scratch* parts) {
  size_t used = 0;
  const auto take = [&](auto** part, size_t count) {
    using Part = std::remove_reference_t<decltype(**part)>;
    if (memory != nullptr) *part = reinterpret_cast<Part*>(memory + used);
    used += (count * sizeof(Part) + 63) / 64 * 64;
  };
  take(&parts->keys, static_cast<size_t>(op.key_size) * kCellsPerBlock);
  take(&parts->values, static_cast<size_t>(op.value_size) * kCellsPerBlock);
  take(&parts->scores, kTileRows * kCellsPerBlock);
  take(&parts->bias, kTokensPerBlock * kCellsPerBlock);
  take(&parts->outputs, static_cast<size_t>(rows) * op.value_size);
  take(&parts->rows, rows);
  take(&parts->cells, 1);
  return used;
}

const char* At(const char* data, const Strides& strides, int stream, int head, int row) {
  return data + stream * strides.stream + head * strides.head + row * strides.row;
}

// Divides by the sum of the weights, to which a sink adds its own.
void WriteRow(const AttentionOp& op, int stream, int token, int head, PartialRow row,
              const float* sums) {
  float factor = 1;
  if (op.sinks != nullptr) {
    const float largest = std::fmax(row.largest, op.sinks[head]);
    factor = std::exp(row.largest - largest);
    row.sum = row.sum * factor + std::exp(op.sinks[head] - largest);
  }
  // Without any cell the output is 0, as ggml's.
  factor = row.sum == 0 ? 0 : factor / row.sum;
  auto* to = reinterpret_cast<float*>(
      const_cast<char*>(At(op.output, op.output_strides, stream, head, token)));
  for (int d = 0; d < op.value_size; d += kWidth) Store(to + d, Load(sums + d) * Set1(factor));
}

// Up to kCellsPerBlock cells for the tokens that see them.
struct Block {
  const int32_t* cells;
  int count;
  int tokens;
  int token[kTokensPerBlock];
  const float* bias[kTokensPerBlock];  // of each token: what is added to its scores, or null
};

// One item at work. Lives as long as ComputeItem.
class ItemRun {
 public:
  ItemRun(const AttentionOp& op, const AttentionItem& item, void* scratch)
      : op_(op), item_(item), heads_(op.heads_per_group) {
    const int rows = item.groups * item.tokens * heads_;
    Divide(op, rows, static_cast<char*>(scratch), &scratch_);
    const int key_stream = item.stream / (op.streams / op.key_streams);
    keys_ = At(op.keys, op.key_strides, key_stream, item.first_group, 0);
    values_ = At(op.values, op.value_strides, key_stream, item.first_group, 0);
    if (op.mask != nullptr) {
      mask_ = At(op.mask, op.mask_strides, item.stream % op.mask_streams, 0, item.first_token);
    }
    std::memset(scratch_.outputs, 0, sizeof(float) * rows * op.value_size);
    for (int row = 0; row < rows; ++row) {
      scratch_.rows[row] = {};
      scratch_.rows[row].largest = -INFINITY;
    }
  }

  void Run() {
    const int end = item_.first_cell + item_.cells;
    for (int first = item_.first_cell; first < end; first += kCellsPerSpan) {
      SortCells(mask_, op_.mask_strides.row, item_.tokens, first,
                std::min(kCellsPerSpan, end - first), scratch_.cells);
      for (int i = 0; i < scratch_.cells->size; ++i) RunList(scratch_.cells->lists[i]);
    }
  }

  void Write(float* partials) const {
    for (int row = 0; row < item_.groups * item_.tokens * heads_; ++row) {
      const int token = item_.first_token + row / heads_ % item_.tokens;
      const int head = (item_.first_group + row / heads_ / item_.tokens) * heads_ + row % heads_;
      const float* output = scratch_.outputs + static_cast<size_t>(row) * op_.value_size;
      const RowState& state = scratch_.rows[row];
      const PartialRow partial = {state.largest, Sum(Load(state.sum))};
      if (partials == nullptr) {
        WriteRow(op_, item_.stream, token, head, partial, output);
        continue;
      }
      const size_t index =
          (static_cast<size_t>(item_.stream) * op_.tokens + token) * op_.heads + head;
      float* to = partials + index * PartialFloats(op_);
      std::memcpy(to, &partial, sizeof(partial));
      std::memcpy(to + kPartialHeader, output, sizeof(float) * op_.value_size);
    }
  }

 private:
  void RunList(const CellLists::List& list) {
    for (int done = 0; done < list.count; done += kCellsPerBlock) {
      Block block;
      block.cells = scratch_.cells->cells + list.begin + done;
      block.count = std::min(kCellsPerBlock, list.count - done);
      uint16_t seen_by = list.tokens;
      if (seen_by == 0) {
        for (int i = 0; i < block.count; ++i) seen_by |= scratch_.cells->SeenBy(block.cells[i]);
      }
      const bool masked = list.tokens == 0 || scratch_.cells->biased;
      block.tokens = 0;
      for (int token = 0; token < item_.tokens; ++token) {
        if ((seen_by >> token & 1) == 0) continue;
        block.token[block.tokens] = token;
        block.bias[block.tokens++] = Bias(block, masked ? token : -1);
      }
      const int next = std::min(kCellsPerBlock, list.count - done - block.count);
      for (int group = 0; group < item_.groups; ++group) RunGroup(block, group, next);
    }
  }

  // What is added to a token's scores in this block; a negative token stands for any that
  // sees all of the cells. Null: nothing.
  const float* Bias(const Block& block, int token) const {
    const int whole = (block.count + kWidth - 1) / kWidth * kWidth;
    if (token < 0 && whole == block.count) return nullptr;
    float* bias = scratch_.bias + std::max(token, 0) * kCellsPerBlock;
    if (token < 0) {
      std::fill(bias, bias + block.count, 0.0f);
    } else {
      Half values[kCellsPerBlock] = {};
      const auto* row = reinterpret_cast<const Half*>(mask_ + token * op_.mask_strides.row);
      for (int i = 0; i < block.count; ++i) values[i] = row[block.cells[i]];
      for (int i = 0; i < whole; i += kWidth) Store(bias + i, Widen(values + i));
    }
    std::fill(bias + block.count, bias + whole, -INFINITY);
    return bias;
  }

  // `next` cells follow in the list.
  void RunGroup(const Block& block, int group, int next) {
    const HalfLines keys = {keys_ + group * op_.key_strides.head, op_.key_strides.row, block.cells};
    const HalfLines values = {values_ + group * op_.value_strides.head, op_.value_strides.row,
                              block.cells};
    const int rows = block.tokens * heads_;
    const bool keys_in_place = op_.half_keys && rows <= kDirectRows;
    const bool values_in_place = op_.half_values && rows <= kTileRows;
    if (!keys_in_place) {
      (op_.half_keys ? PackKeys<Half> : PackKeys<float>)(keys.data, keys.stride, block.cells,
                                                         block.count, op_.key_size, scratch_.keys);
    }
    if (!values_in_place) {
      (op_.half_values ? PackValues<Half> : PackValues<float>)(values.data, values.stride,
                                                               block.cells, block.count,
                                                               op_.value_size, scratch_.values);
    }
    FetchRows(keys.data, keys.stride, block.cells + block.count, next,
              op_.key_size * (op_.half_keys ? sizeof(Half) : sizeof(float)));
    FetchRows(values.data, values.stride, block.cells + block.count, next,
              op_.value_size * (op_.half_values ? sizeof(Half) : sizeof(float)));
    // Tiles of almost equal size: a last one of a single row would be slow.
    int tiles = (rows + kTileRows - 1) / kTileRows;
    for (int row = 0; tiles > 0; --tiles) {
      const int height = (rows - row + tiles - 1) / tiles;
      RunTile(block, group, row, height, keys_in_place ? &keys : nullptr,
              values_in_place ? &values : nullptr);
      row += height;
    }
  }

  // Scores, weights and sums of `height` of a group's rows from `first` on, the heads of
  // one of the block's tokens after those of another. Keys and values are where they are
  // said to be, or (null) packed.
  void RunTile(const Block& block, int group, int first, int height, const HalfLines* keys,
               const HalfLines* values) {
    const float* queries[kTileRows];
    float* scores[kTileRows];
    float* outputs[kTileRows];
    float keep[kTileRows];
    const auto head_of = [&](int r) {
      return (item_.first_group + group) * heads_ + (first + r) % heads_;
    };
    const auto row_of = [&](int r) {
      const int token = block.token[(first + r) / heads_];
      return static_cast<size_t>(group * item_.tokens + token) * heads_ + (first + r) % heads_;
    };
    for (int r = 0; r < height; ++r) {
      const int token = item_.first_token + block.token[(first + r) / heads_];
      queries[r] = reinterpret_cast<const float*>(
          At(op_.queries, op_.query_strides, item_.stream, head_of(r), token));
      scores[r] = scratch_.scores + r * kCellsPerBlock;
      outputs[r] = scratch_.outputs + row_of(r) * op_.value_size;
    }
    const int vectors = (block.count + kWidth - 1) / kWidth;
    if (keys != nullptr) {
      DirectScores(height, queries, *keys, block.count, op_.key_size, scores);
    } else {
      RowProduct(height, vectors, queries, PackedLines{scratch_.keys, kCellsPerBlock}, op_.key_size,
                 scores, nullptr);
    }
    const ScoreRule rule = {op_.softcap == 0 ? op_.scale : op_.scale / op_.softcap, op_.softcap};
    for (int r = 0; r < height; ++r) {
      const float* bias = block.bias[(first + r) / heads_];
      const float slope = bias == nullptr ? 1 : op_.Slope(head_of(r));
      keep[r] = UpdateRow(scores[r], vectors, rule, bias, slope, &scratch_.rows[row_of(r)]);
    }
    const int columns = op_.value_size / kWidth;
    if (values != nullptr) {
      RowProduct(height, columns, scores, *values, block.count, outputs, keep);
    } else {
      RowProduct(height, columns, scores,
                 PackedLines{scratch_.values, static_cast<size_t>(op_.value_size)}, block.count,
                 outputs, keep);
    }
  }

  const AttentionOp& op_;
  const AttentionItem& item_;
  const int heads_;  // of a group
  Scratch scratch_{};
  const char* keys_;  // of the first group
  const char* values_;
  const char* mask_ = nullptr;
};

}  // namespace

int TokensPerItem(const AttentionOp& op) {
  return std::clamp(kRowsPerItem / op.heads_per_group, 1, kTokensPerBlock);
}

size_t ScratchBytes(const AttentionOp& op, int rows) {
  Scratch parts;
  return Divide(op, rows, nullptr, &parts);
}

size_t PartialFloats(const AttentionOp& op) { return kPartialHeader + op.value_size; }

void ComputeItem(const AttentionOp& op, const AttentionItem& item, void* scratch, float* partials) {
  ItemRun run(op, item, scratch);
  run.Run();
  run.Write(partials);
}

void CombineRow(const AttentionOp& op, int stream, int token, int head, const float* partials,
                int count, size_t stride) {
  PartialRow whole = {-INFINITY, 0};
  const auto partial = [&](int i) {
    PartialRow row;
    std::memcpy(&row, partials + i * stride, sizeof(row));
    return row;
  };
  for (int i = 0; i < count; ++i) whole.largest = std::fmax(whole.largest, partial(i).largest);
  float sums[256] = {};
  for (int i = 0; i < count; ++i) {
    const PartialRow part = partial(i);
    if (part.sum == 0) continue;
    const float factor = std::exp(part.largest - whole.largest);
    whole.sum += part.sum * factor;
    const float* from = partials + i * stride + kPartialHeader;
    for (int d = 0; d < op.value_size; ++d) sums[d] += from[d] * factor;
  }
  WriteRow(op, stream, token, head, whole, sums);
}

}  // namespace abstractllm
#endif
