#include "tokenizer/read_tokenizer.h"

#include <algorithm>
#include <iterator>
#include <new>
#include <unordered_set>

#include "checkpoint/token_list.h"
#include "load_error.h"
#include "tokenizer/bpe_model.h"
#include "tokenizer/special_tokens.h"
#include "tokenizer/token_bytes.h"
#include "tokenizer/unigram_model.h"
#include "tokenizer/wordlevel_model.h"
#include "tokenizer/wordpiece_model.h"

namespace abstractllm {
namespace {

using Model = TokenizerJson::Model;
using ModelResult = Result<std::unique_ptr<SubwordModel>>;

ModelResult MakeBpe(const TokenizerJson& json, const TokenTable& tokens, bool byte_level,
                    int32_t unknown_id) {
  Result<std::vector<BpeMerge>> merges = MergesOf(json, tokens);
  if (!merges.ok()) return merges.status();
  BpeOptions options;
  options.byte_level = byte_level;
  options.byte_fallback = json.byte_fallback;
  options.fuse_unknown = json.fuse_unk;
  options.ignore_merges = json.ignore_merges;
  options.unknown_id = unknown_id;
  options.subword_prefix = json.subword_prefix;
  options.word_suffix = json.word_suffix;
  return std::unique_ptr<SubwordModel>(std::make_unique<BpeModel>(
      tokens, merges.value(), std::move(options), UnspokenTokens(json.added, unknown_id)));
}

ModelResult MakeModel(const TokenizerJson& json, const TokenTable& tokens, bool byte_level) {
  const int32_t unknown_id = json.model == Model::kUnigram ? static_cast<int32_t>(json.unk_id)
                                                           : tokens.Find(json.unk_token);
  std::unordered_set<int32_t> unspoken = UnspokenTokens(json.added, unknown_id);
  switch (json.model) {
    case Model::kBytePair:
      return MakeBpe(json, tokens, byte_level, unknown_id);
    case Model::kUnigram: {
      if (unknown_id >= tokens.size()) {
        return CannotLoad(json.path, "its unk_id " + std::to_string(unknown_id) + " is no token",
                          kGetAgain);
      }
      const UnigramOptions options = {unknown_id, /*fuse_unknown=*/true, json.byte_fallback};
      return std::unique_ptr<SubwordModel>(
          std::make_unique<UnigramModel>(tokens, json.scores, options, unspoken));
    }
    case Model::kWordPiece: {
      WordPieceOptions options;
      options.unknown_id = unknown_id;
      if (!json.subword_prefix.empty()) options.subword_prefix = json.subword_prefix;
      options.max_word_characters = json.max_word_characters;
      return std::unique_ptr<SubwordModel>(
          std::make_unique<WordPieceModel>(tokens, std::move(options), unspoken));
    }
    case Model::kWordLevel:
      break;
  }
  return std::unique_ptr<SubwordModel>(
      std::make_unique<WordLevelModel>(tokens, unknown_id, std::move(unspoken)));
}

// Some files list the tokens of bytes as special ones, too. Texts are written with them.
std::vector<AddedToken> AddedTokensOf(const TokenizerJson& json) {
  std::vector<AddedToken> added;
  std::copy_if(json.added.begin(), json.added.end(), std::back_inserter(added),
               [&](const AddedToken& token) {
                 return !json.byte_fallback || !IsByteToken(token.text) ||
                        token.id >= json.tokens.size() || json.tokens[token.id] != token.text;
               });
  return added;
}

Status InFile(Status status, const std::string& path) {
  status.message = "Cannot load \"" + path + "\": " + status.message;
  status.details.push_back({"path", path});
  return status;
}

Result<TokenizerParts> MakeParts(const TokenizerJson& json) {
  TokenizerParts parts;
  auto normalizer = MakeNormalizer(json.normalizer, "normalizer");
  if (!normalizer.ok()) return InFile(normalizer.status(), json.path);
  parts.normalizer = std::move(normalizer.value());
  auto pre_tokenizer = MakePreTokenizer(json.pre_tokenizer, "pre_tokenizer");
  if (!pre_tokenizer.ok()) return InFile(pre_tokenizer.status(), json.path);
  parts.pre_tokenizer = std::move(pre_tokenizer.value());
  auto around = MakePostProcessor(json.post_processor, "post_processor");
  if (!around.ok()) return InFile(around.status(), json.path);
  parts.around = std::move(around.value());
  auto decoder = MakeTokenDecoder(json.decoder, "decoder");
  if (!decoder.ok()) return InFile(decoder.status(), json.path);
  parts.decoder = std::move(decoder.value());
  parts.tokens = std::make_unique<const TokenTable>(json.tokens);
  const bool byte_level = parts.pre_tokenizer != nullptr && parts.pre_tokenizer->gives_bytes();
  ModelResult model = MakeModel(json, *parts.tokens, byte_level);
  if (!model.ok()) return model.status();
  parts.model = std::move(model.value());
  parts.added = AddedTokensOf(json);
  parts.keeps_spaces = json.model == Model::kBytePair;
  parts.max_token_bytes = MostBytesPerToken(json);
  return parts;
}

}  // namespace

Result<std::unique_ptr<HfTokenizer>> MakeTokenizer(const TokenizerJson& json) try {
  Result<TokenizerParts> parts = MakeParts(json);
  if (!parts.ok()) return parts.status();
  return std::make_unique<HfTokenizer>(std::move(parts.value()));
} catch (const std::bad_alloc&) {
  return NoMemoryToLoad(json.path);
}

Result<std::unique_ptr<HfTokenizer>> ReadTokenizer(const std::string& path) {
  Result<TokenizerJson> json = ReadTokenizerJson(path);
  if (!json.ok()) return json.status();
  return MakeTokenizer(json.value());
}

}  // namespace abstractllm
