#include "embedding/pooled_outcome.h"

#include "embedding/pooling.h"

namespace abstractllm {
namespace {

EmbedResult Embeddings(PooledJob* job) {
  EmbedResult result;
  result.dimensions = job->width;
  for (size_t i = 0; i < job->texts.size(); ++i) {
    const size_t size = job->offsets[i + 1] - job->offsets[i];
    result.rows.push_back(static_cast<int32_t>(size / static_cast<size_t>(job->width)));
  }
  result.values = std::move(job->values);
  return result;
}

RerankResult Ranking(const PooledJob& job, const PooledTraits& traits) {
  RerankResult result;
  // Of several outputs the first says "relevant".
  for (size_t i = 0; i < job.texts.size(); ++i) result.scores.push_back(job.values[job.offsets[i]]);
  if (!traits.head_is_probability) {
    Sigmoid(result.scores.data(), static_cast<int32_t>(result.scores.size()));
  }
  return result;
}

ClassifyResult Classes(PooledJob* job, const PooledTraits& traits) {
  const bool as_they_are = traits.head_is_probability || job->scores == LabelScores::kRaw;
  for (size_t i = 0; i < job->texts.size() && !as_they_are; ++i) {
    float* outputs = job->values.data() + job->offsets[i];
    if (job->scores == LabelScores::kEach || job->width == 1) {
      Sigmoid(outputs, job->width);
    } else {
      Softmax(outputs, job->width);
    }
  }
  return {traits.labels, std::move(job->values)};
}

}  // namespace

DoneEvent PooledOutcome(PooledJob* job, const PooledTraits& traits) {
  switch (job->kind) {
    case PooledJob::Kind::kRerank:
      return {Ranking(*job, traits)};
    case PooledJob::Kind::kClassify:
      return {Classes(job, traits)};
    case PooledJob::Kind::kEmbed:
      break;
  }
  return {Embeddings(job)};
}

}  // namespace abstractllm
