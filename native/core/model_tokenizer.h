// The tokenizer of a model that is being loaded.
#pragma once

#include <memory>

#include "model_source.h"
#include "status.h"
#include "tokenizer.h"

struct llama_vocab;

namespace abstractllm {

// Our own where the model's files specify one that it can be, else the engine's, which
// imitates it. `vocab` must outlive the latter. Errors: kModelLoading, kUnsupportedModel,
// kResource.
Result<std::unique_ptr<Tokenizer>> MakeModelTokenizer(const ModelSource& source,
                                                      const llama_vocab* vocab);

}  // namespace abstractllm
