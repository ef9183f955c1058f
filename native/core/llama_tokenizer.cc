#include "llama_tokenizer.h"

#include <algorithm>
#include <climits>
#include <cstring>
#include <stdexcept>

#include "llama.h"
#include "utf8.h"

namespace abstractllm {
namespace {

// Coarse, so that each class covers whatever a pattern of the engine repeats over.
enum class RunClass { kNone, kWord, kSpace };

RunClass ClassOf(unsigned char lead) {
  switch (lead) {
    case ' ':
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
      return RunClass::kSpace;
    default:
      return RunClass::kWord;
  }
}

std::string CollapseSpaces(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c != ' ' || result.empty() || result.back() != ' ') result += c;
  }
  return result;
}

}  // namespace

std::vector<std::string_view> SplitLongRuns(std::string_view text, size_t max_run) {
  std::vector<std::string_view> pieces;
  size_t piece_start = 0;
  size_t run = 0;
  RunClass run_class = RunClass::kNone;
  size_t at = 0;
  while (at < text.size()) {
    const RunClass here = ClassOf(static_cast<unsigned char>(text[at]));
    run = here == run_class ? run + 1 : 1;
    run_class = here;
    if (run > max_run) {
      pieces.push_back(text.substr(piece_start, at - piece_start));
      piece_start = at;
      run = 1;
    }
    at += Utf8SequenceLength(static_cast<unsigned char>(text[at]));
  }
  pieces.push_back(text.substr(piece_start));
  return pieces;
}

LlamaTokenizer::LlamaTokenizer(const llama_vocab* vocab, const std::string& pre)
    : vocab_(vocab),
      single_spaces_only_(pre == "whitespace"),
      vocabulary_size_(llama_vocab_n_tokens(vocab)) {
  const enum llama_vocab_type type = llama_vocab_type(vocab);
  if (type == LLAMA_VOCAB_TYPE_NONE) return;
  // The other kinds drop white space.
  const bool keeps_all =
      (type == LLAMA_VOCAB_TYPE_BPE && !single_spaces_only_) || type == LLAMA_VOCAB_TYPE_SPM;
  for (int32_t id = 0; id < vocabulary_size_; ++id) {
    if (keeps_all) {
      max_token_bytes_ = std::max(max_token_bytes_, std::strlen(llama_vocab_get_text(vocab_, id)));
    }
    if (!llama_vocab_is_control(vocab_, id)) continue;
    const std::string text = llama_vocab_get_text(vocab_, id);
    if (!text.empty()) special_texts_.push_back(text);
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
  // Only byte-pair encoding runs patterns; the others would see a text's beginning,
  // and prefix a space, at each cut.
  std::vector<std::string_view> pieces = llama_vocab_type(vocab_) == LLAMA_VOCAB_TYPE_BPE
                                             ? SplitLongRuns(text, kMaxRunCharacters)
                                             : std::vector<std::string_view>{text};
  const bool whole = pieces.size() == 1;
  if (!whole && options.add_special && llama_vocab_get_add_bos(vocab_)) {
    tokens.push_back(llama_vocab_bos(vocab_));
  }
  for (std::string_view piece : pieces) {
    EncodeOptions piece_options = options;
    piece_options.add_special = whole && options.add_special;
    if (Status status = EncodePiece(piece, piece_options, &tokens); !status.ok()) return status;
  }
  if (!whole && options.add_special && llama_vocab_get_add_eos(vocab_)) {
    tokens.push_back(llama_vocab_eos(vocab_));
  }
  return tokens;
}

bool LlamaTokenizer::CanAddSpecial() const {
  return (!llama_vocab_get_add_bos(vocab_) || llama_vocab_bos(vocab_) != LLAMA_TOKEN_NULL) &&
         (!llama_vocab_get_add_eos(vocab_) || llama_vocab_eos(vocab_) != LLAMA_TOKEN_NULL) &&
         (!llama_vocab_get_add_sep(vocab_) || llama_vocab_sep(vocab_) != LLAMA_TOKEN_NULL);
}

Status LlamaTokenizer::EncodePiece(std::string_view text, EncodeOptions options,
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
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] < 0 || tokens[i] >= vocabulary_size_) {
      return Status::Error(Code::kInvalidParameter,
                           "Token id " + std::to_string(tokens[i]) + " at index " +
                               std::to_string(i) + " is outside the vocabulary (0 to " +
                               std::to_string(vocabulary_size_ - 1) + ").",
                           {{"parameter", std::string("tokens")},
                            {"value", static_cast<int64_t>(tokens[i])},
                            {"allowed", "0 to " + std::to_string(vocabulary_size_ - 1)}});
    }
  }
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
