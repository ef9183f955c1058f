// Embeddings among the tokens of a sequence: where they are, and which positions they take.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "media/media_item.h"

namespace abstractllm {

// tokens[first, first + count) of a sequence are the embeddings of one tile.
struct MediaRun {
  int32_t first = 0;
  int32_t count = 0;
  // With a grid (M-RoPE), all of the run is at the position of its beginning, and the text
  // behind it goes on behind the grid's longer side.
  int32_t columns = 0;
  int32_t rows = 0;
  // Keeps the ids in `tokens` from being given to other content.
  MediaIdsPtr ids;
  // Where the embeddings come from; null in the prefix tree, which needs none.
  MediaItemPtr item;
  int32_t tile = 0;

  int32_t end() const { return first + count; }
  bool grid() const { return rows > 0; }
  int32_t positions() const { return grid() ? std::max(columns, rows) : count; }
};

// By their first token; they do not overlap.
using MediaRuns = std::vector<MediaRun>;

// The run that token `index` belongs to, or null.
const MediaRun* RunAt(const MediaRuns& runs, int32_t index);
// The first run that begins at `index` or behind it, or null.
const MediaRun* NextRun(const MediaRuns& runs, int32_t index);
// `index`, or where the run begins that it lies inside of.
int32_t OutsideRuns(const MediaRuns& runs, int32_t index);
// The position of token `index`, which may be one behind the last.
int32_t PositionOf(const MediaRuns& runs, int32_t index);

// Takes tokens[first, end) out, and whole runs only: where the range ends inside of one, it
// grows over it. Returns how many tokens went.
int32_t EraseTokens(int32_t first, int32_t end, std::vector<int32_t>* tokens, MediaRuns* runs);

// The tokens and runs of a sequence, to look at. Valid as long as they are.
struct TokenLine {
  TokenLine(const std::vector<int32_t>& all)  // NOLINT: implicit on purpose
      : tokens(all), runs(kNoRuns) {}
  TokenLine(const std::vector<int32_t>& all, const MediaRuns& all_runs)
      : tokens(all), runs(all_runs) {}

  const std::vector<int32_t>& tokens;
  const MediaRuns& runs;

 private:
  static const MediaRuns kNoRuns;
};

}  // namespace abstractllm
