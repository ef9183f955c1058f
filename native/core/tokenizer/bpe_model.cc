#include "tokenizer/bpe_model.h"

#include <algorithm>
#include <cstdio>

#include "load_error.h"
#include "tokenizer/bpe_scratch.h"
#include "tokenizer/byte_alphabet.h"
#include "utf8.h"

namespace abstractllm {
namespace {

// Up to here looking at all pairs for each merge is quicker than a heap.
constexpr size_t kFewSymbols = 64;

size_t PlaceIndex(bool first, bool last) { return (first ? 1u : 0u) | (last ? 2u : 0u); }

}  // namespace

BpeModel::BpeModel(const TokenTable& tokens, const std::vector<BpeMerge>& merges,
                   BpeOptions options, const std::unordered_set<int32_t>& unspoken)
    : tokens_(tokens), options_(std::move(options)) {
  merges_.Reserve(merges.size());
  for (const BpeMerge& merge : merges) {
    if (unspoken.count(merge.merge.id) == 0) merges_.Add(merge.left, merge.right, merge.merge);
  }
  FindByteSymbols();
  if (options_.ignore_merges) FindWholeWords(unspoken);
}

void BpeModel::FindByteSymbols() {
  for (size_t byte = 0; byte < 256; ++byte) {
    char text[8];
    std::snprintf(text, sizeof text, "<0x%02X>", static_cast<unsigned>(byte));
    fallback_ids_[byte] = options_.byte_fallback ? tokens_.Find(text) : -1;
    const char raw = static_cast<char>(byte);
    const std::string character = ToByteAlphabet(std::string_view(&raw, 1));
    for (const bool first : {false, true}) {
      for (const bool last : {false, true}) {
        byte_ids_[PlaceIndex(first, last)][byte] = FindSymbol(character, first, last);
      }
    }
  }
}

void BpeModel::FindWholeWords(const std::unordered_set<int32_t>& unspoken) {
  std::vector<std::string> words(static_cast<size_t>(tokens_.size()));
  for (int32_t id = 0; id < tokens_.size(); ++id) {
    if (unspoken.count(id) > 0) continue;
    std::string& word = words[static_cast<size_t>(id)];
    if (!options_.byte_level) {
      word = tokens_.Text(id);
    } else {
      AppendBytesOfAlphabet(tokens_.Text(id), &word);
    }
  }
  whole_words_ = TokenTable(words);
}

int32_t BpeModel::FindSymbol(std::string_view character, bool first, bool last) const {
  if ((first || options_.subword_prefix.empty()) && (!last || options_.word_suffix.empty())) {
    return tokens_.Find(character);
  }
  std::string text = first ? std::string() : options_.subword_prefix;
  text += character;
  if (last) text += options_.word_suffix;
  return tokens_.Find(text);
}

std::unique_ptr<SubwordScratch> BpeModel::NewScratch() const { return std::make_unique<Scratch>(); }

void BpeModel::ReadBytes(std::string_view piece, Scratch* scratch) const {
  const size_t last = piece.size() - 1;
  bool after_unknown = false;
  for (size_t i = 0; i < piece.size(); ++i) {
    const auto byte = static_cast<unsigned char>(piece[i]);
    const int32_t id = byte_ids_[PlaceIndex(i == 0, i == last)][byte];
    if (id >= 0) {
      scratch->Add(id, i + 1);
    } else if (options_.unknown_id >= 0) {
      if (after_unknown && options_.fuse_unknown) {
        scratch->ends.back() = static_cast<uint32_t>(i + 1);
      } else {
        scratch->Add(options_.unknown_id, i + 1);
      }
    }
    after_unknown = id < 0;
  }
}

void BpeModel::ReadCharacters(std::string_view piece, Scratch* scratch) const {
  bool after_unknown = false;
  for (size_t at = 0; at < piece.size();) {
    const size_t length =
        std::min(Utf8SequenceLength(static_cast<unsigned char>(piece[at])), piece.size() - at);
    const std::string_view character = piece.substr(at, length);
    const int32_t id = FindSymbol(character, at == 0, at + length == piece.size());
    at += length;
    if (id >= 0) {
      scratch->Add(id, at);
      after_unknown = false;
      continue;
    }
    const auto fallback = [&](char byte) {
      return fallback_ids_[static_cast<unsigned char>(byte)];
    };
    if (std::all_of(character.begin(), character.end(),
                    [&](char byte) { return fallback(byte) >= 0; })) {
      for (size_t i = 0; i < length; ++i) {
        scratch->Add(fallback(character[i]), at - length + i + 1);
      }
      after_unknown = false;
    } else if (options_.unknown_id >= 0) {
      if (after_unknown && options_.fuse_unknown) {
        scratch->ends.back() = static_cast<uint32_t>(at);
      } else {
        scratch->Add(options_.unknown_id, at);
      }
      after_unknown = true;
    }
  }
}

void BpeModel::ReadSymbols(std::string_view piece, Scratch* scratch) const {
  scratch->Clear();
  if (options_.byte_level) {
    ReadBytes(piece, scratch);
  } else {
    ReadCharacters(piece, scratch);
  }
}

void BpeModel::MergeFew(Scratch* scratch) const {
  std::vector<int32_t>& ids = scratch->ids;
  std::vector<uint32_t>& ends = scratch->ends;
  std::vector<Merge>& merges = scratch->merges;
  size_t count = ids.size();
  merges.resize(count);
  for (size_t i = 0; i + 1 < count; ++i) merges[i] = merges_.Find(ids[i], ids[i + 1]);
  while (count > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < count; ++i) {
      if (merges[i].rank < merges[best].rank) best = i;
    }
    if (merges[best].rank == Merge::kNever) break;
    ids[best] = merges[best].id;
    ends[best] = ends[best + 1];
    for (size_t i = best + 1; i + 1 < count; ++i) {
      ids[i] = ids[i + 1];
      ends[i] = ends[i + 1];
      merges[i] = merges[i + 1];
    }
    --count;
    if (best > 0) merges[best - 1] = merges_.Find(ids[best - 1], ids[best]);
    if (best + 1 < count) merges[best] = merges_.Find(ids[best], ids[best + 1]);
  }
  ids.resize(count);
  ends.resize(count);
}

Status BpeModel::MergeMany(Scratch* scratch, const CancelToken* cancel) const {
  constexpr uint32_t kNone = UINT32_MAX;
  constexpr size_t kMergesPerLook = 4096;
  std::vector<int32_t>& ids = scratch->ids;
  std::vector<uint32_t>& previous = scratch->previous;
  std::vector<uint32_t>& next = scratch->next;
  std::vector<Scratch::Pair>& heap = scratch->heap;
  const auto later = [](const Scratch::Pair& a, const Scratch::Pair& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
  };
  const auto count = static_cast<uint32_t>(ids.size());
  previous.resize(count);
  next.resize(count);
  heap.clear();
  for (uint32_t i = 0; i < count; ++i) {
    previous[i] = i > 0 ? i - 1 : kNone;
    next[i] = i + 1 < count ? i + 1 : kNone;
    if (i + 1 == count) break;
    const Merge merge = merges_.Find(ids[i], ids[i + 1]);
    if (merge.rank != Merge::kNever) heap.push_back({merge.rank, i, merge.id});
  }
  std::make_heap(heap.begin(), heap.end(), later);
  const auto push = [&](uint32_t left) {
    const Merge merge = merges_.Find(ids[left], ids[next[left]]);
    if (merge.rank == Merge::kNever) return;
    heap.push_back({merge.rank, left, merge.id});
    std::push_heap(heap.begin(), heap.end(), later);
  };
  for (size_t turn = 0; !heap.empty(); ++turn) {
    if (turn % kMergesPerLook == 0 && cancel != nullptr && cancel->cancelled()) {
      return Status::Aborted();
    }
    std::pop_heap(heap.begin(), heap.end(), later);
    const Scratch::Pair pair = heap.back();
    heap.pop_back();
    // One of the two may have been joined with another meanwhile.
    if (ids[pair.left] < 0 || next[pair.left] == kNone) continue;
    const uint32_t right = next[pair.left];
    if (merges_.Find(ids[pair.left], ids[right]).id != pair.id) continue;
    ids[pair.left] = pair.id;
    ids[right] = -1;
    scratch->ends[pair.left] = scratch->ends[right];
    next[pair.left] = next[right];
    if (next[right] != kNone) previous[next[right]] = pair.left;
    if (previous[pair.left] != kNone) push(previous[pair.left]);
    if (next[pair.left] != kNone) push(pair.left);
  }
  size_t kept = 0;
  for (uint32_t i = 0; i < count; i = next[i]) {
    ids[kept] = ids[i];
    scratch->ends[kept++] = scratch->ends[i];
    if (next[i] == kNone) break;
  }
  ids.resize(kept);
  scratch->ends.resize(kept);
  return Status::Ok();
}

Status BpeModel::Encode(std::string_view piece, SubwordScratch* scratch, const CancelToken* cancel,
                        std::vector<TokenSpan>* tokens) const {
  if (piece.empty()) return Status::Ok();
  auto* own = static_cast<Scratch*>(scratch);
  if (own->cache.Find(piece, tokens)) return Status::Ok();
  const size_t before = tokens->size();
  const int32_t whole = options_.ignore_merges ? whole_words_.Find(piece) : -1;
  if (whole >= 0) {
    tokens->push_back({whole, 0, static_cast<uint32_t>(piece.size())});
  } else {
    ReadSymbols(piece, own);
    if (own->ids.empty()) return Status::Ok();
    if (own->ids.size() <= kFewSymbols) {
      MergeFew(own);
    } else if (Status status = MergeMany(own, cancel); !status.ok()) {
      return status;
    }
    uint32_t begin = 0;
    for (size_t i = 0; i < own->ids.size(); ++i) {
      tokens->push_back({own->ids[i], begin, own->ends[i]});
      begin = own->ends[i];
    }
  }
  own->cache.Store(piece, *tokens, before);
  return Status::Ok();
}

Result<std::vector<BpeMerge>> MergesOf(const TokenizerJson& json, const TokenTable& tokens) {
  std::vector<BpeMerge> merges;
  merges.reserve(json.merges.size());
  const size_t prefix = json.subword_prefix.size();
  std::string joined;
  for (size_t rank = 0; rank < json.merges.size(); ++rank) {
    const TokenizerMerge& merge = json.merges[rank];
    joined = merge.left;
    if (merge.right.size() > prefix) joined.append(merge.right, prefix, std::string::npos);
    const int32_t left = tokens.Find(merge.left);
    const int32_t right = tokens.Find(merge.right);
    const int32_t id = tokens.Find(joined);
    if (left < 0 || right < 0 || id < 0) {
      const std::string& unknown = left < 0 ? merge.left : right < 0 ? merge.right : joined;
      return CannotLoad(
          json.path,
          "its merge " + std::to_string(rank) + " names " + Show(unknown) + ", which is no token",
          kGetAgain);
    }
    merges.push_back({left, right, {static_cast<uint32_t>(rank), id}});
  }
  return merges;
}

}  // namespace abstractllm
