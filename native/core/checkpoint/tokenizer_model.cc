#include "checkpoint/tokenizer_model.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "checkpoint/base64.h"
#include "checkpoint/pre_tokenizer.h"
#include "checkpoint/text_steps.h"
#include "load_error.h"

namespace abstractllm {
namespace {

class JsonConverter {
 public:
  JsonConverter(const TokenizerJson& json, bool clean_up_spaces)
      : json_(json),
        clean_up_spaces_(clean_up_spaces),
        normalizer_(CollectSteps(json.normalizer)),
        splitting_(CollectSteps(json.pre_tokenizer)) {}

  Result<TokenizerModel> Convert() {
    if (ConvertModel()) {
      AddTokens();
      if (ReadPostProcessor(json_.post_processor)) return std::move(model_);
    }
    return std::move(status_);
  }

 private:
  bool Unsupported(const std::string& what) {
    status_ = Status::Error(
        Code::kUnsupportedModel,
        "The tokenizer \"" + json_.path + "\" " + what + ", which the engine cannot imitate.",
        {{"path", json_.path}, {"reason", what}});
    return false;
  }

  // The tokenizer of our own may do what the engine's cannot.
  void Differs(const std::string& what) {
    if (model_.differs.empty()) model_.differs = what;
  }

  bool ConvertModel();
  bool ConvertByteLevel();
  bool ConvertByteFallback();
  bool ConvertUnigram();
  bool ConvertWordPiece();
  bool ReadCharsmap();
  void AddTokens();
  bool ReadPostProcessor(const JsonValue& processor);
  bool ReadTemplate(const JsonValue& processor);
  bool Around(const std::string& text, std::optional<uint32_t>* where);
  TokenKind KindOf(const std::string& text) const {
    if (text == json_.unk_token) return TokenKind::kUnknown;
    return json_.byte_fallback && IsByteToken(text) ? TokenKind::kByte : TokenKind::kNormal;
  }

  const TokenizerJson& json_;
  bool clean_up_spaces_;
  const TextSteps normalizer_;
  const TextSteps splitting_;
  TokenizerModel model_;
  // Of the finished list, the first of each text: a file may ask for any number of them.
  std::unordered_map<std::string_view, uint32_t> ids_;
  Status status_;
};

bool JsonConverter::ConvertModel() {
  using Model = TokenizerJson::Model;
  if (!normalizer_.unknown.empty()) {
    const std::string what = "normalises texts by " + Show(normalizer_.unknown);
    if (!IsByteLevel(json_.pre_tokenizer)) return Unsupported(what);
    Differs(what);
  }
  if (json_.model == Model::kUnigram) return ConvertUnigram();
  if (json_.model == Model::kWordPiece) return ConvertWordPiece();
  if (json_.model == Model::kWordLevel) return Unsupported("is of the kind WordLevel");
  if (!json_.word_suffix.empty() || !json_.subword_prefix.empty()) {
    return Unsupported("marks the ends of words by " +
                       Show(json_.word_suffix + json_.subword_prefix));
  }
  if (IsByteLevel(json_.pre_tokenizer)) return ConvertByteLevel();
  if (json_.byte_fallback || normalizer_.marks_spaces || splitting_.metaspace != nullptr) {
    return ConvertByteFallback();
  }
  return Unsupported("splits texts by " + Show(DescribePreTokenizer(json_.pre_tokenizer)));
}

bool JsonConverter::ConvertByteLevel() {
  model_.kind = "gpt2";
  if (normalizer_.prepends || normalizer_.marks_spaces || normalizer_.merges_spaces ||
      normalizer_.bert != nullptr || normalizer_.precompiled != nullptr) {
    Differs("normalises texts before it splits them into bytes");
  }
  model_.pre = FindPreTokenizerName(json_.pre_tokenizer, json_.ignore_merges, clean_up_spaces_);
  if (model_.pre.empty()) {
    Differs("splits texts by the pattern " + DescribePreTokenizer(json_.pre_tokenizer) +
            (json_.ignore_merges ? " and ignores merges" : ""));
    model_.pre = "gpt-2";
  }
  for (uint32_t id = 0; id < json_.tokens.size(); ++id) {
    model_.tokens.Set(id, json_.tokens[id], TokenKind::kNormal);
  }
  for (const TokenizerMerge& merge : json_.merges) {
    model_.merges.push_back(merge.left + ' ' + merge.right);
  }
  return true;
}

// A SentencePiece BPE. The engine merges by the score of what comes out, so the earlier
// of two merges is the one with the higher score.
bool JsonConverter::ConvertByteFallback() {
  model_.kind = "llama";
  model_.has_scores = true;
  // Gemma's files split at spaces that the normalizer has already replaced.
  const bool splits = splitting_.splits_at_spaces && !normalizer_.marks_spaces;
  if (splits || !splitting_.unknown.empty() || normalizer_.bert != nullptr ||
      normalizer_.precompiled != nullptr) {
    return Unsupported("splits texts by " + Show(DescribePreTokenizer(json_.pre_tokenizer)));
  }
  const bool never =
      splitting_.metaspace != nullptr && splitting_.metaspace->Text("prepend_scheme") == "never";
  model_.add_space_prefix =
      normalizer_.prepends || (splitting_.metaspace != nullptr && !never &&
                               splitting_.metaspace->Bool("add_prefix_space", true));
  std::unordered_map<std::string, float> scores;
  scores.reserve(json_.merges.size());
  for (size_t rank = 0; rank < json_.merges.size(); ++rank) {
    scores.emplace(json_.merges[rank].left + json_.merges[rank].right, -static_cast<float>(rank));
  }
  const auto last = -static_cast<float>(json_.merges.size());
  for (uint32_t id = 0; id < json_.tokens.size(); ++id) {
    const std::string& text = json_.tokens[id];
    const auto found = scores.find(text);
    model_.tokens.Set(id, text, KindOf(text), found == scores.end() ? last : found->second);
  }
  return true;
}

bool JsonConverter::ConvertUnigram() {
  model_.kind = "t5";
  model_.has_scores = true;
  model_.unk_id = json_.unk_id;
  if (!splitting_.unknown.empty() || splitting_.splits_at_spaces ||
      splitting_.metaspace == nullptr) {
    return Unsupported("splits texts by " + Show(DescribePreTokenizer(json_.pre_tokenizer)));
  }
  model_.add_space_prefix = splitting_.metaspace->Text("prepend_scheme") != "never" &&
                            splitting_.metaspace->Bool("add_prefix_space", true);
  model_.remove_extra_whitespaces = normalizer_.merges_spaces || splitting_.merges_spaces;
  for (uint32_t id = 0; id < json_.tokens.size(); ++id) {
    const std::string& text = json_.tokens[id];
    const TokenKind kind = int64_t{id} == json_.unk_id ? TokenKind::kUnknown : KindOf(text);
    model_.tokens.Set(id, text, kind, static_cast<float>(json_.scores[id]));
  }
  return ReadCharsmap();
}

bool JsonConverter::ReadCharsmap() {
  const std::string text = normalizer_.precompiled == nullptr
                               ? ""
                               : normalizer_.precompiled->Text("precompiled_charsmap");
  if (text.empty()) return true;
  auto& map = model_.charsmap;
  // A length, an array of that many bytes, and texts of which each ends in a NUL.
  uint32_t length = 0;
  bool good = DecodeBase64(text, &map) && map.size() > sizeof length;
  if (good) {
    for (size_t i = sizeof length; i-- > 0;) length = length << 8 | map[i];
    good = length % sizeof(uint32_t) == 0 && length < map.size() - sizeof length && map.back() == 0;
  }
  if (good) return true;
  status_ = CannotLoad(json_.path, "its precompiled_charsmap is damaged", "Download it again.");
  return false;
}

// The engine marks what begins a word instead of what continues one.
bool JsonConverter::ConvertWordPiece() {
  model_.kind = "bert";
  if (json_.pre_tokenizer.Text("type") != "BertPreTokenizer") {
    return Unsupported("splits texts by " + Show(DescribePreTokenizer(json_.pre_tokenizer)));
  }
  if (json_.subword_prefix != "##") {
    return Unsupported("marks parts of words by " + Show(json_.subword_prefix));
  }
  if (normalizer_.bert != nullptr) {
    model_.lowercase = normalizer_.bert->Bool("lowercase", true);
    model_.strip_accents = normalizer_.bert->Bool("strip_accents", model_.lowercase);
  }
  for (uint32_t id = 0; id < json_.tokens.size(); ++id) {
    const std::string& text = json_.tokens[id];
    if (text.empty()) continue;
    const bool inside = text.size() > 2 && text.compare(0, 2, "##") == 0;
    const bool unknown = text == json_.unk_token;
    model_.tokens.Set(id,
                      unknown  ? text
                      : inside ? text.substr(2)
                               : kSpaceMark + text,
                      unknown ? TokenKind::kUnknown : TokenKind::kNormal);
  }
  return true;
}

void JsonConverter::AddTokens() {
  TokenList& tokens = model_.tokens;
  for (const AddedToken& added : json_.added) {
    const bool unknown = added.text == json_.unk_token || int64_t{added.id} == json_.unk_id;
    const bool byte = json_.byte_fallback && IsByteToken(added.text);
    const float score = added.id < tokens.size() ? tokens.scores[added.id] : 0;
    tokens.Set(added.id, added.text,
               unknown         ? TokenKind::kUnknown
               : byte          ? TokenKind::kByte
               : added.special ? TokenKind::kControl
                               : TokenKind::kUserDefined,
               score);
  }
  if (model_.unk_id >= 0 || json_.unk_token.empty()) return;
  const auto found = std::find(tokens.texts.begin(), tokens.texts.end(), json_.unk_token);
  if (found != tokens.texts.end()) model_.unk_id = found - tokens.texts.begin();
}

bool JsonConverter::Around(const std::string& text, std::optional<uint32_t>* where) {
  const auto& texts = model_.tokens.texts;
  if (ids_.empty()) {
    for (uint32_t id = 0; id < texts.size(); ++id) ids_.emplace(texts[id], id);
  }
  const auto found = ids_.find(text);
  if (found == ids_.end()) return true;  // then the tokenizers library adds nothing either
  if (where->has_value()) Differs("puts more than one token before or after a text");
  *where = where->value_or(found->second);
  return true;
}

bool JsonConverter::ReadPostProcessor(const JsonValue& processor) {
  const std::string type = processor.Text("type");
  if (type == "Sequence") {
    const JsonValue* parts = processor.Find("processors");
    if (parts == nullptr) return true;
    for (const JsonValue& part : parts->items) {
      if (!ReadPostProcessor(part)) return false;
    }
    return true;
  }
  if (type == "TemplateProcessing") return ReadTemplate(processor);
  if (type != "RobertaProcessing" && type != "BertProcessing") return true;
  model_.says_what_is_around = true;
  const JsonValue* before = processor.Find("cls");
  const JsonValue* after = processor.Find("sep");
  if (before == nullptr || before->items.empty() || after == nullptr || after->items.empty()) {
    return true;
  }
  return Around(before->items[0].text, &model_.before) &&
         Around(after->items[0].text, &model_.after);
}

bool JsonConverter::ReadTemplate(const JsonValue& processor) {
  model_.says_what_is_around = true;
  const JsonValue* single = processor.Find("single");
  if (single == nullptr) return true;
  bool seen_text = false;
  for (const JsonValue& item : single->items) {
    if (item.Find("Sequence") != nullptr) seen_text = true;
    const JsonValue* token = item.Find("SpecialToken");
    if (token == nullptr) continue;
    if (!Around(token->Text("id"), seen_text ? &model_.after : &model_.before)) return false;
  }
  return true;
}

}  // namespace

Result<TokenizerModel> TokenizerFromJson(const TokenizerJson& json, bool clean_up_spaces) {
  return JsonConverter(json, clean_up_spaces).Convert();
}

TokenizerModel TokenizerFromSentencePiece(const SentencePieceModel& model) {
  TokenizerModel result;
  const bool unigram = model.kind == SentencePieceModel::Kind::kUnigram;
  result.kind = unigram ? "t5" : "llama";
  result.has_scores = true;
  result.unk_id = model.unk_id;
  result.bos_id = model.bos_id;
  result.eos_id = model.eos_id;
  result.add_space_prefix = model.add_dummy_prefix;
  result.remove_extra_whitespaces = model.remove_extra_whitespaces;
  if (unigram) result.charsmap.assign(model.charsmap.begin(), model.charsmap.end());
  for (uint32_t id = 0; id < model.pieces.size(); ++id) {
    const SentencePiece& piece = model.pieces[id];
    const bool byte = piece.kind == TokenKind::kByte && !IsByteToken(piece.text);
    result.tokens.Set(id, piece.text, byte ? TokenKind::kNormal : piece.kind, piece.score);
  }
  return result;
}

}  // namespace abstractllm
