#include "tokenizer/hf_tokenizer.h"

#include <algorithm>
#include <new>

#include "load_error.h"
#include "token_range.h"
#include "tokenizer/clean_up.h"
#include "tokenizer/special_tokens.h"
#include "tokenizer/unicode/unicode.h"
#include "tokenizer/unicode/utf8_scan.h"
#include "utf8.h"

namespace abstractllm {
namespace {

// How many bytes at one edge of a token are white space, as trim_offsets counts. In the byte
// alphabet, a character is a byte, and U+0120 a space.
uint32_t LeadingSpaces(std::string_view text, bool in_alphabet) {
  uint32_t count = 0;
  for (size_t at = 0; at < text.size();) {
    const Utf8Character next = CharacterAt(text, at);
    if (next.code != 0x120 && !WhiteSpace().Contains(next.code)) break;
    at += next.bytes;
    count += in_alphabet ? 1 : next.bytes;
  }
  return count;
}

uint32_t TrailingSpaces(std::string_view text, bool in_alphabet) {
  uint32_t count = 0;
  for (size_t at = text.size(); at > 0;) {
    const Utf8Character before = CharacterBefore(text, at);
    if (before.code != 0x120 && !WhiteSpace().Contains(before.code)) break;
    at -= before.bytes;
    count += in_alphabet ? 1 : before.bytes;
  }
  return count;
}

}  // namespace

struct HfTokenizer::Workspace {
  std::vector<Piece> sections;
  PreTokens tokens;
  std::unique_ptr<SubwordScratch> scratch;
  std::vector<TokenSpan> spans;
};

class HfTokenizer::Lease {
 public:
  Lease(const HfTokenizer& owner, size_t text_bytes) : owner_(owner), text_bytes_(text_bytes) {
    const std::lock_guard<std::mutex> lock(owner.mutex_);
    if (!owner.idle_.empty()) {
      work_ = std::move(owner.idle_.back());
      owner.idle_.pop_back();
      return;
    }
    work_ = std::make_unique<Workspace>();
    work_->scratch = owner.parts_.model->NewScratch();
  }
  ~Lease() {
    // What a huge text has needed is not kept: some models take fifty bytes for each of its.
    constexpr size_t kMostBytes = size_t{1} << 20;
    if (text_bytes_ > kMostBytes) return;
    const std::lock_guard<std::mutex> lock(owner_.mutex_);
    try {
      owner_.idle_.push_back(std::move(work_));
    } catch (const std::bad_alloc&) {
      // Then it goes, and a later call makes its own.
    }
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Workspace* get() { return work_.get(); }

 private:
  const HfTokenizer& owner_;
  const size_t text_bytes_;
  std::unique_ptr<Workspace> work_;
};

HfTokenizer::HfTokenizer(TokenizerParts parts) : parts_(std::move(parts)) {
  std::vector<std::string> texts;
  for (int32_t id = 0; id < parts_.tokens->size(); ++id) {
    texts.emplace_back(parts_.tokens->Text(id));
  }
  for (const AddedToken& token : parts_.added) {
    if (token.id >= texts.size()) texts.resize(token.id + size_t{1});
    texts[token.id] = token.text;
  }
  is_added_.resize(texts.size());
  is_special_.resize(texts.size());
  for (const AddedToken& token : parts_.added) {
    is_added_[token.id] = true;
    is_special_[token.id] = token.special;
  }
  texts_ = TokenTable(texts);
  for (size_t id = 0; id < texts.size(); ++id) {
    if (is_special_[id]) {
      texts[id].clear();
    } else if (!texts[id].empty()) {
      parts_.decoder->ApplyInside(&texts[id]);
    }
  }
  pieces_ = TokenTable(texts);
  vocabulary_size_ = texts_.size();
  ReadAddedTokens();
}

HfTokenizer::~HfTokenizer() = default;

void HfTokenizer::ReadAddedTokens() {
  std::vector<AddedToken> raw;
  std::vector<AddedToken> normalized;
  for (const AddedToken& token : parts_.added) {
    added_ids_.emplace(token.text, static_cast<int32_t>(token.id));
    if (IsSpecialToken(token)) special_texts_.push_back(token.text);
    if (!token.normalized) {
      raw.push_back(token);
      continue;
    }
    normalized.push_back(token);
    if (parts_.normalizer == nullptr) continue;
    PreTokens work;
    work.text.Assign(token.text, 0, /*tracks_origins=*/false);
    parts_.normalizer->Apply(&work.text, &work.buffers);
    normalized.back().text = work.text.text();
  }
  raw_finder_ = std::make_unique<AddedTokenFinder>(std::move(raw));
  normalized_finder_ = std::make_unique<AddedTokenFinder>(std::move(normalized));
}

void HfTokenizer::Configure(const TokenizerConfig& config) {
  PostProcessor& around = parts_.around;
  const auto set = [](std::vector<int32_t>* edge, std::optional<bool> adds, int32_t id) {
    if (!adds.has_value()) return;
    if (!*adds) {
      edge->clear();
    } else if (edge->empty() && id >= 0) {
      edge->push_back(id);
    }
  };
  set(&around.before, config.add_bos, config.bos_id);
  set(&around.after, config.add_eos, config.eos_id);
  // As the reference, which spares byte-pair encodings: their spaces are their own.
  clean_up_spaces_ = config.clean_up_spaces && !parts_.keeps_spaces;
}

int32_t HfTokenizer::FindToken(std::string_view text) const {
  const auto added = added_ids_.find(std::string(text));
  return added != added_ids_.end() ? added->second : parts_.tokens->Find(text);
}

Status HfTokenizer::EncodePiece(const Piece& piece, const EncodeOptions& options, Workspace* work,
                                TokenizedText* result) const {
  const AlignedText& text = work->tokens.text;
  if (piece.token >= 0) {
    result->ids.push_back(piece.token);
    if (text.tracks_origins()) result->places.push_back(text.Origin(piece.begin, piece.end));
    return Status::Ok();
  }
  work->spans.clear();
  const std::string_view bytes = text.text().substr(piece.begin, piece.end - piece.begin);
  const Status status =
      parts_.model->Encode(bytes, work->scratch.get(), options.cancel, &work->spans);
  if (!status.ok()) return status;
  for (const TokenSpan& span : work->spans) result->ids.push_back(span.id);
  if (text.tracks_origins()) {
    for (const TokenSpan& span : work->spans) {
      result->places.push_back(text.Origin(piece.begin + span.begin, piece.begin + span.end));
    }
  }
  return Status::Ok();
}

Status HfTokenizer::EncodeSection(const EncodeOptions& options, Workspace* work,
                                  TokenizedText* result) const {
  constexpr size_t kPiecesPerLook = 4096;
  PreTokens& tokens = work->tokens;
  if (parts_.normalizer != nullptr) parts_.normalizer->Apply(&tokens.text, &tokens.buffers);
  if (IsCancelled(options.cancel)) return Status::Aborted();
  normalized_finder_->Split(tokens.text.text(), options.parse_special, &tokens.pieces);
  if (IsCancelled(options.cancel)) return Status::Aborted();
  if (parts_.pre_tokenizer != nullptr) parts_.pre_tokenizer->Apply(&tokens);
  for (size_t i = 0; i < tokens.pieces.size(); ++i) {
    if (i % kPiecesPerLook == 0 && IsCancelled(options.cancel)) return Status::Aborted();
    if (Status status = EncodePiece(tokens.pieces[i], options, work, result); !status.ok()) {
      return status;
    }
  }
  return Status::Ok();
}

Result<TokenizedText> HfTokenizer::EncodeText(std::string_view text, EncodeOptions options,
                                              bool with_places) const {
  if (text.size() > kMaxTokenizedBytes) {
    return Status::Error(Code::kInvalidRequest,
                         "The text has " + std::to_string(text.size()) + " bytes; at most " +
                             std::to_string(kMaxTokenizedBytes) + " can be tokenised at once.");
  }
  std::string valid;
  if (!IsValidUtf8(text)) {
    valid = SanitizeUtf8(text);
    text = valid;
  }
  TokenizedText result;
  const PostProcessor& around = parts_.around;
  const auto add = [&](const std::vector<int32_t>& ids) {
    if (!options.add_special) return;
    result.ids.insert(result.ids.end(), ids.begin(), ids.end());
    if (with_places) result.places.resize(result.ids.size());
  };
  Lease lease(*this, text.size());
  Workspace* work = lease.get();
  result.ids.reserve(text.size() / 4 + around.before.size() + around.after.size());
  add(around.before);
  const size_t own = result.ids.size();
  raw_finder_->Split(text, options.parse_special, &work->sections);
  for (const Piece& section : work->sections) {
    if (section.token >= 0) {
      result.ids.push_back(section.token);
      if (with_places) result.places.push_back({section.begin, section.end});
      continue;
    }
    const std::string_view bytes = text.substr(section.begin, section.end - section.begin);
    work->tokens.text.Assign(bytes, section.begin, with_places);
    Status status = EncodeSection(options, work, &result);
    if (!status.ok()) return status;
  }
  if (with_places && around.trims_offsets) TrimPlaces(text, own, &result);
  add(around.after);
  if (texts_.size() > vocabulary_size_) {
    if (Status status = CheckKnown(result.ids); !status.ok()) return status;
  }
  return result;
}

Result<std::vector<int32_t>> HfTokenizer::Encode(std::string_view text,
                                                 EncodeOptions options) const {
  Result<TokenizedText> result = EncodeText(text, options, /*with_places=*/false);
  if (!result.ok()) return result.status();
  return std::move(result.value().ids);
}

Status HfTokenizer::CheckKnown(const std::vector<int32_t>& ids) const {
  const auto unknown =
      std::find_if(ids.begin(), ids.end(), [this](int32_t id) { return id >= vocabulary_size_; });
  if (unknown == ids.end()) return Status::Ok();
  return Status::Error(Code::kInvalidRequest, "The text has the token " +
                                                  Show(std::string(texts_.Text(*unknown))) +
                                                  ", whose id is " + std::to_string(*unknown) +
                                                  ", and the model knows the tokens 0 to " +
                                                  std::to_string(vocabulary_size_ - 1) + " only.");
}

// As the reference's ByteLevel and Roberta processors do it.
void HfTokenizer::TrimPlaces(std::string_view original, size_t first, TokenizedText* result) const {
  for (size_t i = first; i < result->ids.size(); ++i) {
    const int32_t id = result->ids[i];
    ByteSpan& place = result->places[i];
    // An added token may have taken white space in, which its own text has not.
    const bool added = is_added_[static_cast<size_t>(id)];
    const std::string_view text =
        added ? original.substr(place.begin, place.end - place.begin) : texts_.Text(id);
    uint32_t leading = LeadingSpaces(text, !added);
    const uint32_t trailing = TrailingSpaces(text, !added);
    const bool is_first = i == first || place.begin == 0;
    if (leading > 0 && is_first && parts_.around.adds_prefix_space) --leading;
    place.begin = std::min(place.begin + leading, place.end);
    if (place.end >= trailing) place.end = std::max(place.end - trailing, place.begin);
  }
}

Result<std::string> HfTokenizer::Decode(const std::vector<int32_t>& tokens,
                                        bool skip_special) const {
  if (Status status = CheckTokens(tokens, vocabulary_size_, "tokens"); !status.ok()) return status;
  std::vector<std::string> texts;
  texts.reserve(tokens.size());
  for (const int32_t id : tokens) {
    const std::string_view text = texts_.Text(id);
    if (text.empty() || (skip_special && is_special_[static_cast<size_t>(id)])) continue;
    texts.emplace_back(text);
  }
  parts_.decoder->Apply(&texts);
  std::string result;
  for (const std::string& text : texts) result += text;
  if (clean_up_spaces_) abstractllm::CleanUpSpaces(&result);
  return result;
}

void HfTokenizer::AppendPiece(int32_t token, std::string* bytes) const {
  bytes->append(pieces_.Text(token));
}

bool HfTokenizer::IsEndOfGeneration(int32_t token) const {
  return std::binary_search(stop_tokens_.begin(), stop_tokens_.end(), token);
}

}  // namespace abstractllm
