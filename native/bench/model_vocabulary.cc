#include "model_vocabulary.h"

#include <string>
#include <vector>

namespace abstractllm::bench {
namespace {

constexpr int32_t kNormal = 1;
constexpr int32_t kControl = 3;

// GPT-2's printable stand-ins for the 256 bytes, in UTF-8.
std::vector<std::string> ByteTokens() {
  std::vector<std::string> tokens;
  int next = 256;
  for (int byte = 0; byte < 256; ++byte) {
    const bool printable =
        (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    const int code = printable ? byte : next++;
    std::string text;
    if (code < 128) {
      text += static_cast<char>(code);
    } else {
      text += static_cast<char>(0xC0 | (code >> 6));
      text += static_cast<char>(0x80 | (code & 0x3F));
    }
    tokens.push_back(text);
  }
  return tokens;
}

void WriteTokens(gguf_context* file, const std::vector<std::string>& texts,
                 const std::vector<int32_t>& types) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  gguf_set_arr_str(file, "tokenizer.ggml.tokens", pointers.data(), pointers.size());
  gguf_set_arr_data(file, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, types.data(), types.size());
}

}  // namespace

void WriteByteVocabulary(gguf_context* file, uint32_t size, const char* pre) {
  std::vector<std::string> texts = ByteTokens();
  while (texts.size() + 1 < size) texts.push_back("w" + std::to_string(texts.size()));
  texts.push_back("<|endoftext|>");
  std::vector<int32_t> types(size, kNormal);
  types.back() = kControl;
  const char* merges[] = {"t h", "i n"};
  gguf_set_val_str(file, "tokenizer.ggml.model", "gpt2");
  gguf_set_val_str(file, "tokenizer.ggml.pre", pre);
  WriteTokens(file, texts, types);
  gguf_set_arr_str(file, "tokenizer.ggml.merges", merges, 2);
  gguf_set_val_u32(file, "tokenizer.ggml.eos_token_id", size - 1);
  gguf_set_val_bool(file, "tokenizer.ggml.add_bos_token", false);
}

void WriteWordPieceVocabulary(gguf_context* file, uint32_t size) {
  constexpr uint32_t kPad = 0, kUnknown = 100, kClass = 101, kSeparator = 102, kMask = 103;
  std::vector<std::string> texts;
  while (texts.size() <= kMask) texts.push_back("[unused" + std::to_string(texts.size()) + "]");
  texts[kPad] = "[PAD]";
  texts[kUnknown] = "[UNK]";
  texts[kClass] = "[CLS]";
  texts[kSeparator] = "[SEP]";
  texts[kMask] = "[MASK]";
  const size_t special = texts.size();
  // The engine marks beginnings of words, where WordPiece marks what is none.
  constexpr char kWordBegins[] = "\xE2\x96\x81";
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    texts.push_back(kWordBegins + std::string(1, letter));
    texts.push_back(std::string(1, letter));
  }
  while (texts.size() < size) {
    texts.push_back(kWordBegins + ("w" + std::to_string(texts.size())));
  }
  std::vector<int32_t> types(texts.size(), kNormal);
  for (size_t i = 0; i < special; ++i) types[i] = kControl;
  gguf_set_val_str(file, "tokenizer.ggml.model", "bert");
  gguf_set_val_str(file, "tokenizer.ggml.pre", "jina-v2-en");
  WriteTokens(file, texts, types);
  gguf_set_val_u32(file, "tokenizer.ggml.token_type_count", 2);
  gguf_set_val_u32(file, "tokenizer.ggml.padding_token_id", kPad);
  gguf_set_val_u32(file, "tokenizer.ggml.unknown_token_id", kUnknown);
  gguf_set_val_u32(file, "tokenizer.ggml.bos_token_id", kClass);
  gguf_set_val_u32(file, "tokenizer.ggml.cls_token_id", kClass);
  gguf_set_val_u32(file, "tokenizer.ggml.seperator_token_id", kSeparator);
  gguf_set_val_u32(file, "tokenizer.ggml.mask_token_id", kMask);
}

}  // namespace abstractllm::bench
