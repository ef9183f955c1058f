// Byte-pair encoding: joins neighbouring symbols, the earliest learnt pair first, until no
// pair is known.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "checkpoint/tokenizer_json.h"
#include "tokenizer/merge_table.h"
#include "tokenizer/subword_model.h"
#include "tokenizer/token_table.h"

namespace abstractllm {

struct BpeOptions {
  // Pieces are bytes, and the vocabulary is written in their alphabet (byte_alphabet.h).
  bool byte_level = false;
  // What has no token becomes those of its bytes, "<0x0A>".
  bool byte_fallback = false;
  // Neighbours without a token become one unknown token.
  bool fuse_unknown = false;
  // A piece that is a token stays whole.
  bool ignore_merges = false;
  int32_t unknown_id = -1;
  std::string subword_prefix;  // of symbols that do not begin a word
  std::string word_suffix;     // of the symbol that ends one
};

// Two tokens that become a third; the lower the rank, the earlier.
struct BpeMerge {
  int32_t left = 0;
  int32_t right = 0;
  Merge merge;
};

// Thread: any. `tokens` must outlive the model.
class BpeModel final : public SubwordModel {
 public:
  // `unspoken`: tokens that no text may become (see SpecialTokens): no merge leads to them.
  BpeModel(const TokenTable& tokens, const std::vector<BpeMerge>& merges, BpeOptions options,
           const std::unordered_set<int32_t>& unspoken);

  std::unique_ptr<SubwordScratch> NewScratch() const override;
  Status Encode(std::string_view piece, SubwordScratch* scratch, const CancelToken* cancel,
                std::vector<TokenSpan>* tokens) const override;

 private:
  class Scratch;

  void FindByteSymbols();
  void FindWholeWords(const std::unordered_set<int32_t>& unspoken);
  // Splits a piece into its first symbols.
  void ReadSymbols(std::string_view piece, Scratch* scratch) const;
  void ReadBytes(std::string_view piece, Scratch* scratch) const;
  void ReadCharacters(std::string_view piece, Scratch* scratch) const;
  int32_t FindSymbol(std::string_view character, bool first, bool last) const;
  // Joins symbols. For few: looks at all pairs each time; for many: in a heap.
  void MergeFew(Scratch* scratch) const;
  Status MergeMany(Scratch* scratch, const CancelToken* cancel) const;

  const TokenTable& tokens_;
  BpeOptions options_;
  MergeTable merges_;
  // Ids of bytes, by whether they begin and whether they end a piece (as one of four).
  std::array<std::array<int32_t, 256>, 4> byte_ids_;
  // Ids of "<0x00>" and so on.
  std::array<int32_t, 256> fallback_ids_;
  // Of ignore_merges: texts as pieces have them. Empty: tokens_ are those.
  TokenTable whole_words_;
};

// The merges of a tokenizer.json. Errors: kModelLoading for texts that are no tokens.
Result<std::vector<BpeMerge>> MergesOf(const TokenizerJson& json, const TokenTable& tokens);

}  // namespace abstractllm
