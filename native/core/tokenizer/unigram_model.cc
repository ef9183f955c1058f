#include "tokenizer/unigram_model.h"

#include <algorithm>
#include <cstdio>

#include "tokenizer/word_cache.h"
#include "utf8.h"

namespace abstractllm {
namespace {

// SentencePiece's: how much less likely than the least likely token.
constexpr double kUnknownPenalty = 10;
constexpr size_t kBytesPerLook = size_t{1} << 16;

}  // namespace

class UnigramModel::Scratch final : public SubwordScratch {
 public:
  struct Step {
    double score = 0;
    int32_t id = -1;
    int32_t length = 0;  // of the last token in bytes; 0: nothing leads here
  };

  std::vector<Step> steps;  // by where they end
  std::vector<TokenSpan> path;
  WordCache cache;
};

UnigramModel::UnigramModel(const TokenTable& tokens, std::vector<double> scores,
                           UnigramOptions options, const std::unordered_set<int32_t>& unspoken)
    : tokens_(tokens), scores_(std::move(scores)), options_(options) {
  std::vector<std::pair<std::string_view, int32_t>> texts;
  double least = 0;
  for (int32_t id = 0; id < tokens.size() && static_cast<size_t>(id) < scores_.size(); ++id) {
    const double score = scores_[static_cast<size_t>(id)];
    least = id == 0 ? score : std::min(least, score);
    if (unspoken.count(id) == 0) texts.push_back({tokens.Text(id), id});
  }
  unknown_score_ = least - kUnknownPenalty;
  trie_ = ByteTrie(std::move(texts));
  for (size_t byte = 0; byte < 256; ++byte) {
    char text[8];
    std::snprintf(text, sizeof text, "<0x%02X>", static_cast<unsigned>(byte));
    fallback_ids_[byte] = options_.byte_fallback ? tokens.Find(text) : -1;
  }
}

std::unique_ptr<SubwordScratch> UnigramModel::NewScratch() const {
  return std::make_unique<Scratch>();
}

Status UnigramModel::FindPaths(std::string_view piece, const CancelToken* cancel,
                               Scratch* scratch) const {
  std::vector<Scratch::Step>& steps = scratch->steps;
  steps.assign(piece.size() + 1, {});
  const auto offer = [&](size_t from, size_t end, double score, int32_t id) {
    Scratch::Step& step = steps[end];
    if (step.length == 0 || score > step.score) {
      step = {score, id, static_cast<int32_t>(end - from)};
    }
  };
  size_t look = kBytesPerLook;
  for (size_t at = 0; at < piece.size();) {
    if (at >= look) {
      if (cancel != nullptr && cancel->cancelled()) return Status::Aborted();
      look += kBytesPerLook;
    }
    const size_t character =
        std::min(Utf8SequenceLength(static_cast<unsigned char>(piece[at])), piece.size() - at);
    const double score = steps[at].score;
    bool has_character = false;
    ByteTrie::Node node = ByteTrie::kRoot;
    for (size_t end = at; end < piece.size();) {
      node = trie_.Step(node, piece[end++]);
      if (node == ByteTrie::kNone) break;
      const int32_t id = trie_.Value(node);
      if (id < 0) continue;
      offer(at, end, scores_[static_cast<size_t>(id)] + score, id);
      has_character = has_character || end - at == character;
    }
    if (!has_character) offer(at, at + character, unknown_score_ + score, options_.unknown_id);
    at += character;
  }
  return Status::Ok();
}

void UnigramModel::AppendUnknown(std::string_view piece, TokenSpan span,
                                 std::vector<TokenSpan>* tokens) const {
  const std::string_view text = piece.substr(span.begin, span.end - span.begin);
  const auto fallback = [&](char byte) { return fallback_ids_[static_cast<unsigned char>(byte)]; };
  const bool is_its_text = span.id >= 0 && text == tokens_.Text(span.id);
  if (!is_its_text &&
      std::all_of(text.begin(), text.end(), [&](char byte) { return fallback(byte) >= 0; })) {
    for (const char byte : text) tokens->push_back({fallback(byte), span.begin, span.end});
    return;
  }
  tokens->push_back(span);
}

void UnigramModel::ReadPath(std::string_view piece, Scratch* scratch,
                            std::vector<TokenSpan>* tokens) const {
  std::vector<TokenSpan>& path = scratch->path;
  path.clear();
  for (size_t end = piece.size(); end > 0;) {
    const Scratch::Step& step = scratch->steps[end];
    const size_t begin = end - static_cast<size_t>(step.length);
    if (step.id == options_.unknown_id && options_.fuse_unknown && !path.empty() &&
        path.back().id == step.id) {
      path.back().begin = static_cast<uint32_t>(begin);
    } else {
      path.push_back({step.id, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
    }
    end = begin;
  }
  for (auto span = path.rbegin(); span != path.rend(); ++span) {
    if (span->id == options_.unknown_id) {
      AppendUnknown(piece, *span, tokens);
    } else {
      tokens->push_back(*span);
    }
  }
}

Status UnigramModel::Encode(std::string_view piece, SubwordScratch* scratch,
                            const CancelToken* cancel, std::vector<TokenSpan>* tokens) const {
  auto* own = static_cast<Scratch*>(scratch);
  if (piece.empty() || own->cache.Find(piece, tokens)) return Status::Ok();
  const size_t before = tokens->size();
  if (Status status = FindPaths(piece, cancel, own); !status.ok()) return status;
  ReadPath(piece, own, tokens);
  const auto is_nothing = [](const TokenSpan& token) { return token.id < 0; };
  if (std::any_of(tokens->begin() + static_cast<std::ptrdiff_t>(before), tokens->end(),
                  is_nothing)) {
    tokens->resize(before);
    return Status::Error(Code::kInvalidRequest,
                         "The text has a character that the tokenizer has no token for, nor one "
                         "for unknown characters.");
  }
  own->cache.Store(piece, *tokens, before);
  return Status::Ok();
}

}  // namespace abstractllm
