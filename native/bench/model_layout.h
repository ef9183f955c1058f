// Which tensors and metadata a model of a shape has.
#pragma once

#include "model_shapes.h"
#include "model_writer.h"

namespace abstractllm::bench {

// A decoder with tied embeddings: qwen2 or llama.
void WriteDecoder(const ModelShape& shape, ModelWriter* writer);

// A BERT that pools by the mean.
void WriteEncoder(const ModelShape& shape, ModelWriter* writer);

}  // namespace abstractllm::bench
