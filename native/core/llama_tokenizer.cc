#include "llama_tokenizer.h"

#include <algorithm>
#include <cctype>
#include <climits>
#include <cstring>
#include <stdexcept>

#include "llama.h"
#include "token_range.h"
#include "utf8.h"

namespace abstractllm {
namespace {

std::string CollapseSpaces(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ' || result.empty() || result.back() != ' ') result += c;
  }
  return result;
}

// The tokens whose texts the engine looks for before all else.
constexpr int kFixedAttributes =
    LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_USER_DEFINED | LLAMA_TOKEN_ATTR_UNKNOWN;

// SentencePiece writes a space as U+2581.
bool HasSpaceBehindLetter(std::string_view token) {
  constexpr std::string_view kSpace = "\xE2\x96\x81";
  for (size_t at = token.find(kSpace); at != std::string_view::npos;
       at = token.find(kSpace, at + 1)) {
    if (at > 0 && std::isalpha(static_cast<unsigned char>(token[at - 1]))) return true;
  }
  return false;
}

}  // namespace

LlamaTokenizer::LlamaTokenizer(const llama_vocab* vocab, TokenizerTraits traits)
    : vocab_(vocab),
      traits_(std::move(traits)),
      cut_rule_(CutRuleFor(traits_.model, traits_.pre)),
      single_spaces_only_(traits_.pre == "whitespace"),
      vocabulary_size_(llama_vocab_n_tokens(vocab)) {
  if (llama_vocab_type(vocab) != LLAMA_VOCAB_TYPE_NONE) ReadTokens();
}

void LlamaTokenizer::ReadTokens() {
  const enum llama_vocab_type type = llama_vocab_type(vocab_);
  const bool sentence_piece = type == LLAMA_VOCAB_TYPE_SPM;
  // The other kinds drop white space.
  const bool keeps_all = (type == LLAMA_VOCAB_TYPE_BPE && !single_spaces_only_) || sentence_piece;
  for (int32_t id = 0; id < vocabulary_size_; ++id) {
    const char* text = llama_vocab_get_text(vocab_, id);
    if (keeps_all) max_token_bytes_ = std::max(max_token_bytes_, std::strlen(text));
    if (sentence_piece && HasSpaceBehindLetter(text)) cut_rule_ = CutRule::kNever;
    if ((llama_vocab_get_attr(vocab_, id) & kFixedAttributes) == 0 || *text == '\0') continue;
    fixed_texts_.push_back(text);
    if (llama_vocab_is_control(vocab_, id)) special_texts_.push_back(text);
  }
}

Result<std::vector<int32_t>> LlamaTokenizer::Encode(std::string_view text,
                                                    EncodeOptions options) const {
  if (llama_vocab_type(vocab_) == LLAMA_VOCAB_TYPE_NONE) {
    return Status::Error(Code::kUnsupportedFeature,
                         "This model file has no tokenizer: it takes token ids only.");
  }
  if (text.size() > INT32_MAX) {
    return Status::Error(Code::kInvalidRequest,
                         "The text has " + std::to_string(text.size()) +
                             " bytes; at most 2147483647 can be tokenised at once.");
  }
  std::string collapsed;
  if (single_spaces_only_) {
    collapsed = CollapseSpaces(text);
    text = collapsed;
  }
  options.add_special = options.add_special && CanAddSpecial();
  std::vector<int32_t> tokens;
  std::vector<std::string_view> pieces =
      SplitAtSafePlaces(text, cut_rule_, kPieceBytes, fixed_texts_);
  // Only byte-pair encoding runs patterns.
  if (llama_vocab_type(vocab_) == LLAMA_VOCAB_TYPE_BPE) {
    std::vector<std::string_view> shorter;
    for (std::string_view piece : pieces) {
      const std::vector<std::string_view> parts = SplitLongRuns(piece, kMaxRunCharacters);
      shorter.insert(shorter.end(), parts.begin(), parts.end());
    }
    pieces = std::move(shorter);
  }
  const Status status = pieces.size() == 1 ? EncodePiece(text, options, &tokens)
                                           : EncodeInPieces(pieces, options, &tokens);
  if (!status.ok()) return status;
  return tokens;
}

Status LlamaTokenizer::EncodeInPieces(const std::vector<std::string_view>& pieces,
                                      const EncodeOptions& options,
                                      std::vector<int32_t>* tokens) const {
  if (options.add_special && llama_vocab_get_add_bos(vocab_)) {
    tokens->push_back(llama_vocab_bos(vocab_));
  }
  EncodeOptions piece_options = options;
  piece_options.add_special = false;
  const bool prefixed =
      llama_vocab_type(vocab_) == LLAMA_VOCAB_TYPE_SPM && traits_.adds_space_prefix;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (options.cancel != nullptr && options.cancel->cancelled()) return Status::Aborted();
    std::string_view piece = pieces[i];
    // The engine takes each piece for the beginning of a text, and puts the space back.
    if (i > 0 && prefixed) piece.remove_prefix(1);
    if (Status status = EncodePiece(piece, piece_options, tokens); !status.ok()) return status;
  }
  if (options.add_special && llama_vocab_get_add_eos(vocab_)) {
    tokens->push_back(llama_vocab_eos(vocab_));
  }
  return Status::Ok();
}

bool LlamaTokenizer::CanAddSpecial() const {
  return (!llama_vocab_get_add_bos(vocab_) || llama_vocab_bos(vocab_) != LLAMA_TOKEN_NULL) &&
         (!llama_vocab_get_add_eos(vocab_) || llama_vocab_eos(vocab_) != LLAMA_TOKEN_NULL) &&
         (!llama_vocab_get_add_sep(vocab_) || llama_vocab_sep(vocab_) != LLAMA_TOKEN_NULL);
}

Status LlamaTokenizer::EncodePiece(std::string_view text, const EncodeOptions& options,
                                   std::vector<int32_t>* tokens) const {
  const size_t before = tokens->size();
  // Room for two special tokens and, usually, for the text; else asked for below.
  size_t room = text.size() / 2 + 16;
  for (;;) {
    tokens->resize(before + room);
    int32_t count = 0;
    try {
      count = llama_tokenize(vocab_, text.data(), static_cast<int32_t>(text.size()),
                             tokens->data() + before, static_cast<int32_t>(room),
                             options.add_special, options.parse_special);
    } catch (const std::out_of_range&) {  // of its map of tokens
      tokens->resize(before);
      return Status::Error(Code::kInvalidRequest,
                           "The text has a character that the model has no token for, nor tokens "
                           "for its bytes.");
    } catch (const std::exception& error) {
      tokens->resize(before);
      return Status::Error(Code::kInvalidRequest,
                           std::string("The text cannot be tokenised: ") + error.what());
    }
    if (count >= 0) {
      tokens->resize(before + static_cast<size_t>(count));
      return Status::Ok();
    }
    if (count == INT32_MIN) {
      tokens->resize(before);
      return Status::Error(Code::kInvalidRequest, "The text has too many tokens to count.");
    }
    room = static_cast<size_t>(-count);
  }
}

Result<std::string> LlamaTokenizer::Decode(const std::vector<int32_t>& tokens,
                                           bool skip_special) const {
  if (llama_vocab_type(vocab_) == LLAMA_VOCAB_TYPE_NONE) {
    return Status::Error(Code::kUnsupportedFeature, "This model file has no tokenizer.");
  }
  if (tokens.empty()) return std::string();
  if (Status status = CheckTokens(tokens, vocabulary_size_, "tokens"); !status.ok()) return status;
  if (tokens.size() > INT32_MAX / 8) {
    return Status::Error(Code::kInvalidRequest,
                         "There are " + std::to_string(tokens.size()) +
                             " tokens; at most 268435455 can be detokenised at once.");
  }
  std::string text(tokens.size() * 4 + 16, '\0');
  for (;;) {
    const int32_t length =
        llama_detokenize(vocab_, tokens.data(), static_cast<int32_t>(tokens.size()), text.data(),
                         static_cast<int32_t>(text.size()), /*remove_special=*/skip_special,
                         /*unparse_special=*/!skip_special);
    if (length >= 0) {
      text.resize(static_cast<size_t>(length));
      return SanitizeUtf8(text);
    }
    text.resize(static_cast<size_t>(-length));
  }
}

void LlamaTokenizer::AppendPiece(int32_t token, std::string* bytes) const {
  char buffer[128];
  const int32_t length =
      llama_token_to_piece(vocab_, token, buffer, sizeof(buffer), /*lstrip=*/0, /*special=*/false);
  if (length >= 0) {
    bytes->append(buffer, static_cast<size_t>(length));
    return;
  }
  std::string large(static_cast<size_t>(-length), '\0');
  llama_token_to_piece(vocab_, token, large.data(), static_cast<int32_t>(large.size()), 0, false);
  bytes->append(large);
}

bool LlamaTokenizer::IsEndOfGeneration(int32_t token) const {
  if (!stop_tokens_) return llama_vocab_is_eog(vocab_, token);
  return std::binary_search(stop_tokens_->begin(), stop_tokens_->end(), token);
}

}  // namespace abstractllm
