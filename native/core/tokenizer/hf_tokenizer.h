// A tokenizer as Hugging Face's `tokenizers` library specifies it, without that library and
// without the engine: normalise, cut, look up, put special tokens around.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tokenizer.h"
#include "tokenizer/added_tokens.h"
#include "tokenizer/aligned_text.h"
#include "tokenizer/tokenizer_config.h"
#include "tokenizer/tokenizer_parts.h"

namespace abstractllm {

struct TokenizedText {
  std::vector<int32_t> ids;
  // Where each token comes from, in bytes, whole characters; nothing for tokens that were
  // put around the text. Empty unless asked for.
  std::vector<ByteSpan> places;
};

// Thread: any, concurrently; no call needs a large stack. Owns: all parts, and the memory
// that calls use one after the other.
class HfTokenizer final : public Tokenizer {
 public:
  explicit HfTokenizer(TokenizerParts parts);
  ~HfTokenizer() override;

  // What a model says about its tokenizer. Not after the tokenizer is shared.
  // Generations end at these ids, sorted.
  void StopAt(std::vector<int32_t> tokens) { stop_tokens_ = std::move(tokens); }
  // The rows of a model's embedding: more of them than tokens mean nothing, and with fewer,
  // the tokens beyond are errors.
  void SetVocabularySize(int32_t size) { vocabulary_size_ = size; }
  void Configure(const TokenizerConfig& config);

  Result<std::vector<int32_t>> Encode(std::string_view text, EncodeOptions options) const override;
  // The same, and where the tokens come from. Places in a text that is no UTF-8 are those of
  // the text with U+FFFD in it.
  Result<TokenizedText> EncodeText(std::string_view text, EncodeOptions options,
                                   bool with_places) const;
  Result<std::string> Decode(const std::vector<int32_t>& tokens, bool skip_special) const override;
  void AppendPiece(int32_t token, std::string* bytes) const override;
  bool IsEndOfGeneration(int32_t token) const override;
  int32_t vocabulary_size() const override { return vocabulary_size_; }
  size_t max_token_bytes() const override { return parts_.max_token_bytes; }
  const std::vector<std::string>& special_texts() const override { return special_texts_; }

  // The text of a token, as the vocabulary has it; empty for an id without.
  std::string_view TokenText(int32_t id) const { return texts_.Text(id); }
  // -1: no such token. Added ones go first.
  int32_t FindToken(std::string_view text) const;

 private:
  struct Workspace;
  // Lends a workspace, and takes it back.
  class Lease;

  void ReadAddedTokens();
  // What was assigned to the workspace's text.
  Status EncodeSection(const EncodeOptions& options, Workspace* work, TokenizedText* result) const;
  Status EncodePiece(const Piece& piece, const EncodeOptions& options, Workspace* work,
                     TokenizedText* result) const;
  // Whether the model that the tokenizer belongs to knows them.
  Status CheckKnown(const std::vector<int32_t>& ids) const;
  // Of the tokens from `first` on.
  void TrimPlaces(std::string_view original, size_t first, TokenizedText* result) const;

  TokenizerParts parts_;
  // All tokens by id, added ones among them.
  TokenTable texts_;
  // Bytes that each adds inside of a text; nothing for special ones.
  TokenTable pieces_;
  std::vector<bool> is_added_;
  std::vector<bool> is_special_;
  std::unordered_map<std::string, int32_t> added_ids_;
  std::unique_ptr<AddedTokenFinder> raw_finder_;         // in texts as they are
  std::unique_ptr<AddedTokenFinder> normalized_finder_;  // in normalised texts
  std::vector<std::string> special_texts_;
  std::vector<int32_t> stop_tokens_;
  int32_t vocabulary_size_ = 0;
  bool clean_up_spaces_ = false;

  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Workspace>> idle_;
};

}  // namespace abstractllm
