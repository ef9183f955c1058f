#include "embedding/second_segment.h"

#include <cstring>

#include "engine_private.h"
#include "ggml-backend.h"

namespace abstractllm {

SecondSegment::SecondSegment(const LoadedModel& model) {
  if (!model.pooled.pairs_have_token_types) return;
  const ggml_tensor* types = EngineTensor(model.model.get(), "token_types.weight");
  if (types == nullptr || types->type != GGML_TYPE_F32 || types->ne[1] < 2) return;
  const auto width = static_cast<size_t>(types->ne[0]);
  std::vector<float> rows(2 * width);
  ggml_backend_tensor_get(types, rows.data(), 0, rows.size() * sizeof(float));
  difference_.resize(width);
  for (size_t i = 0; i < width; ++i) difference_[i] = rows[width + i] - rows[i];
}

bool SecondSegment::OnNode(ggml_tensor* node, bool ask, void* self) {
  const auto* segment = static_cast<const SecondSegment*>(self);
  // The sum of a token's vectors, by the name that the engine gives it.
  if (ask) return !segment->rows_.empty() && std::strcmp(node->name, "inp_embd") == 0;
  segment->Apply(node);
  return true;
}

void SecondSegment::Apply(ggml_tensor* embeddings) const {
  const size_t width = difference_.size();
  std::vector<float> row(width);
  for (const size_t index : rows_) {
    const size_t offset = index * embeddings->nb[1];
    ggml_backend_tensor_get(embeddings, row.data(), offset, width * sizeof(float));
    for (size_t i = 0; i < width; ++i) row[i] += difference_[i];
    ggml_backend_tensor_set(embeddings, row.data(), offset, width * sizeof(float));
  }
}

}  // namespace abstractllm
