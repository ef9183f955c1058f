// What becomes of the places at which a pre-tokenizer cuts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/spec_fields.h"

namespace abstractllm {

// As tokenizer.json names them: "Removed", ...
enum class SplitBehavior {
  kRemoved,
  kIsolated,            // each is a piece
  kMergedWithPrevious,  // ends the piece before, if that is none itself
  kMergedWithNext,      // begins the piece behind, if that is none itself
  kContiguous,          // those in a row are one piece
};

// Of the member `name`; `otherwise` if it may be missing and is.
SplitBehavior ReadBehavior(SpecFields* fields, const char* name);
SplitBehavior ReadBehavior(SpecFields* fields, const char* name, SplitBehavior otherwise);

// Makes pieces of one text's stretches, which come from left to right without gaps.
// Thread: one at a time. Owns: nothing.
class StretchSplitter {
 public:
  StretchSplitter(SplitBehavior behavior, std::vector<Piece>* pieces)
      : behavior_(behavior), pieces_(*pieces) {}

  // From `begin` to `end`: a place where to cut, or what is between such places.
  void Add(size_t begin, size_t end, bool is_cut);
  // After the last: the next stretch is of another piece.
  void Finish();

 private:
  bool JoinsLast(bool is_cut) const;

  SplitBehavior behavior_;
  std::vector<Piece>& pieces_;
  // The stretches that make the next piece.
  size_t begin_ = 0;
  size_t end_ = 0;
  bool is_open_ = false;
  bool last_is_cut_ = false;
  // Of kMergedWithNext: the open piece is a cut and nothing else.
  bool awaits_next_ = false;
};

// Goes over the pieces of `tokens` that are no tokens: `split(begin, end, pieces)` adds what
// becomes of each.
template <typename Split>
void SplitPieces(PreTokens* tokens, Split split) {
  tokens->next.clear();
  for (const Piece& piece : tokens->pieces) {
    if (piece.token >= 0) {
      tokens->next.push_back(piece);
    } else {
      split(static_cast<size_t>(piece.begin), static_cast<size_t>(piece.end), &tokens->next);
    }
  }
  tokens->pieces.swap(tokens->next);
}

}  // namespace abstractllm
