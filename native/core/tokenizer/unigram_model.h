// Unigram language models: of all ways to cut a piece into tokens, the likeliest.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

#include "tokenizer/byte_trie.h"
#include "tokenizer/subword_model.h"
#include "tokenizer/token_table.h"

namespace abstractllm {

struct UnigramOptions {
  int32_t unknown_id = -1;
  // Neighbours without a token become one unknown token.
  bool fuse_unknown = true;
  // What has no token becomes those of its bytes, "<0x0A>".
  bool byte_fallback = false;
};

// Thread: any. `tokens` must outlive the model.
class UnigramModel final : public SubwordModel {
 public:
  // `scores` by id, one for each token: logarithms of probabilities. `unspoken`: tokens that
  // no text may become.
  UnigramModel(const TokenTable& tokens, std::vector<double> scores, UnigramOptions options,
               const std::unordered_set<int32_t>& unspoken);

  std::unique_ptr<SubwordScratch> NewScratch() const override;
  Status Encode(std::string_view piece, SubwordScratch* scratch, const CancelToken* cancel,
                std::vector<TokenSpan>* tokens) const override;

 private:
  class Scratch;

  // The best path to each end of a character.
  Status FindPaths(std::string_view piece, const CancelToken* cancel, Scratch* scratch) const;
  // Walks the best path from its end.
  void ReadPath(std::string_view piece, Scratch* scratch, std::vector<TokenSpan>* tokens) const;
  // What the path did not find a token for.
  void AppendUnknown(std::string_view piece, TokenSpan span, std::vector<TokenSpan>* tokens) const;

  const TokenTable& tokens_;
  std::vector<double> scores_;
  UnigramOptions options_;
  double unknown_score_ = 0;
  ByteTrie trie_;
  std::array<int32_t, 256> fallback_ids_;
};

}  // namespace abstractllm
