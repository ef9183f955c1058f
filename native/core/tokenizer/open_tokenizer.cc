#include "tokenizer/open_tokenizer.h"

#include "tokenizer/read_tokenizer.h"

namespace abstractllm {

Result<std::unique_ptr<HfTokenizer>> OpenTokenizer(const TokenizerFiles& files) {
  auto tokenizer = ReadTokenizer(files.path);
  if (!tokenizer.ok()) return tokenizer;
  HfTokenizer& own = *tokenizer.value();
  TokenizerConfig config;
  config.add_bos = files.add_bos;
  config.add_eos = files.add_eos;
  config.bos_id = own.FindToken(files.bos_text);
  config.eos_id = own.FindToken(files.eos_text);
  config.clean_up_spaces = files.clean_up_spaces;
  own.Configure(config);
  return tokenizer;
}

}  // namespace abstractllm
