#include "checkpoint/vocabulary.h"

#include <algorithm>
#include <new>

#include "checkpoint/tokenizer_model.h"

namespace abstractllm {
namespace {

class VocabularyBuilder {
 public:
  explicit VocabularyBuilder(const PlanVocabulary& plan) : plan_(plan) {}

  Result<Vocabulary> Build() {
    Result<TokenizerModel> model = ReadModel();
    if (!model.ok()) return model.status();
    model_ = std::move(model.value());
    const uint32_t size = plan_.size > 0 ? plan_.size : model_.tokens.size();
    model_.tokens.Finish(size);
    FindSpecialTokens();
    TokenizerConfig& own = result_.tokenizer;
    own.add_bos = plan_.add_bos;
    own.add_eos = plan_.add_eos;
    own.bos_id = static_cast<int32_t>(bos_);
    own.eos_id = static_cast<int32_t>(eos_);
    own.clean_up_spaces = plan_.clean_up_spaces.value_or(false);
    result_.size = size;
    result_.engine_differs = model_.differs;
    WriteTokens();
    WriteSpecialTokens();
    return std::move(result_);
  }

 private:
  Result<TokenizerModel> ReadModel();
  int64_t Find(const std::optional<PlanToken>& token) const;
  void FindSpecialTokens();
  int64_t Known(int64_t id) const;
  int64_t FirstControl() const;
  void WriteTokens();
  void WriteSpecialTokens();
  void Set(const char* key, PlanValue value) {
    result_.metadata.push_back({key, std::move(value)});
  }
  void SetId(const char* key, int64_t id) {
    if (id >= 0 && id < int64_t{model_.tokens.size()}) Set(key, static_cast<uint32_t>(id));
  }

  const PlanVocabulary& plan_;
  TokenizerModel model_;
  Vocabulary result_;
  int64_t bos_ = -1;
  int64_t eos_ = -1;
  bool add_bos_ = false;
  bool add_eos_ = false;
};

Result<TokenizerModel> VocabularyBuilder::ReadModel() {
  if (!plan_.tokenizer_json.empty()) {
    Result<TokenizerJson> json = ReadTokenizerJson(plan_.tokenizer_json);
    if (!json.ok()) return json.status();
    auto kept = std::make_shared<const TokenizerJson>(std::move(json.value()));
    result_.tokenizer_json = kept;
    return TokenizerFromJson(*kept, plan_.clean_up_spaces.value_or(false));
  }
  if (!plan_.tokenizer_model.empty()) {
    Result<SentencePieceModel> model = ReadSentencePiece(plan_.tokenizer_model);
    if (!model.ok()) return model.status();
    return TokenizerFromSentencePiece(model.value());
  }
  return Status::Error(Code::kModelNotFound,
                       "The checkpoint has neither tokenizer.json nor tokenizer.model. "
                       "Download one of them into its folder.");
}

int64_t VocabularyBuilder::Find(const std::optional<PlanToken>& token) const {
  if (!token) return -1;
  if (const auto* id = std::get_if<uint32_t>(&*token)) {
    return *id < model_.tokens.size() ? int64_t{*id} : -1;
  }
  return model_.tokens.Find(std::get<std::string>(*token));
}

int64_t VocabularyBuilder::Known(int64_t id) const {
  return id < int64_t{model_.tokens.size()} ? id : -1;
}

int64_t VocabularyBuilder::FirstControl() const {
  const auto& kinds = model_.tokens.kinds;
  for (const TokenKind kind : {TokenKind::kControl, TokenKind::kUnused}) {
    const auto found = std::find(kinds.begin(), kinds.end(), kind);
    if (found != kinds.end()) return found - kinds.begin();
  }
  return -1;
}

void VocabularyBuilder::FindSpecialTokens() {
  bos_ = plan_.bos ? Find(plan_.bos) : Known(model_.bos_id);
  eos_ = plan_.eos ? Find(plan_.eos) : Known(model_.eos_id);
  if (bos_ >= 0) result_.bos_text = model_.tokens.texts[static_cast<size_t>(bos_)];
  if (eos_ >= 0) result_.eos_text = model_.tokens.texts[static_cast<size_t>(eos_)];
  for (const PlanToken& token : plan_.stop) {
    if (const int64_t id = Find(token); id >= 0) {
      result_.stop_tokens.push_back(static_cast<int32_t>(id));
    }
  }
  auto& stop = result_.stop_tokens;
  std::sort(stop.begin(), stop.end());
  stop.erase(std::unique(stop.begin(), stop.end()), stop.end());

  const bool sentence_piece_file = plan_.tokenizer_json.empty();
  add_bos_ = plan_.add_bos.value_or(model_.says_what_is_around
                                        ? model_.before.has_value()
                                        : sentence_piece_file && model_.kind == "llama");
  add_eos_ = plan_.add_eos.value_or(model_.says_what_is_around
                                        ? model_.after.has_value()
                                        : sentence_piece_file && model_.kind == "t5");
  // What is put around a text need not be what a configuration calls its beginning.
  if (add_bos_ && model_.before && *model_.before < model_.tokens.size()) bos_ = *model_.before;
  if (add_eos_ && model_.after && *model_.after < model_.tokens.size()) eos_ = *model_.after;
  // Without an id the engine takes a fixed one, which may be any token, and lets
  // grammars end with it.
  if (eos_ < 0 && !stop.empty()) eos_ = stop.front();
  if (eos_ < 0) eos_ = bos_ >= 0 ? bos_ : Find(plan_.pad);
  if (eos_ < 0) eos_ = FirstControl();
  if (bos_ < 0) {
    bos_ = Find(plan_.cls);
    add_bos_ = add_bos_ && bos_ >= 0;
  }
  if (bos_ < 0) bos_ = eos_;
}

void VocabularyBuilder::WriteTokens() {
  TokenList& tokens = model_.tokens;
  std::vector<int32_t> kinds;
  for (const TokenKind kind : tokens.kinds) kinds.push_back(static_cast<int32_t>(kind));
  Set("tokenizer.ggml.model", model_.kind);
  if (model_.kind == "gpt2") Set("tokenizer.ggml.pre", model_.pre);
  Set("tokenizer.ggml.tokens", std::move(tokens.texts));
  Set("tokenizer.ggml.token_type", std::move(kinds));
  if (model_.has_scores) Set("tokenizer.ggml.scores", std::move(tokens.scores));
  if (model_.kind == "gpt2") Set("tokenizer.ggml.merges", std::move(model_.merges));
  result_.pre = model_.pre;
  tokens.texts.resize(tokens.kinds.size());  // whose count is still asked for
}

void VocabularyBuilder::WriteSpecialTokens() {
  const bool bert = model_.kind == "bert";
  const int64_t cls = Find(plan_.cls);
  SetId("tokenizer.ggml.bos_token_id", bert && !model_.before && cls >= 0 ? cls : bos_);
  SetId("tokenizer.ggml.eos_token_id", eos_);
  const int64_t unk = Find(plan_.unk);
  SetId("tokenizer.ggml.unknown_token_id", model_.unk_id >= 0 ? model_.unk_id : unk);
  const int64_t sep = bert && model_.after ? int64_t{*model_.after} : Find(plan_.sep);
  SetId("tokenizer.ggml.seperator_token_id", sep);
  SetId("tokenizer.ggml.padding_token_id", Find(plan_.pad));
  SetId("tokenizer.ggml.mask_token_id", Find(plan_.mask));
  Set("tokenizer.ggml.add_bos_token", add_bos_);
  Set("tokenizer.ggml.add_eos_token", add_eos_);
  if (model_.kind == "llama" || model_.kind == "t5") {
    Set("tokenizer.ggml.add_space_prefix", model_.add_space_prefix);
    Set("tokenizer.ggml.remove_extra_whitespaces", model_.remove_extra_whitespaces);
  }
  if (!model_.charsmap.empty()) {
    Set("tokenizer.ggml.precompiled_charsmap", std::move(model_.charsmap));
  }
  if (bert) {
    Set("tokenizer.ggml.normalizer.lowercase", model_.lowercase);
    Set("tokenizer.ggml.normalizer.strip_accents", model_.strip_accents);
  }
  if (!plan_.chat_template.empty()) Set("tokenizer.chat_template", plan_.chat_template);
}

}  // namespace

Result<Vocabulary> BuildVocabulary(const PlanVocabulary& plan) try {
  return VocabularyBuilder(plan).Build();
} catch (const std::bad_alloc&) {
  return Status::Error(Code::kResource, "There is not enough memory for the vocabulary.");
}

}  // namespace abstractllm
