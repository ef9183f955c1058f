#include "embedding/pooled_prepare.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "backend.h"
#include "embedding/text_pair.h"
#include "llama.h"

namespace abstractllm {
namespace {

Status Unsupported(const LoadedModel& model, const std::string& what) {
  return Status::Error(Code::kUnsupportedFeature, what,
                       {{"architecture", model.info.architecture}});
}

// What to call instead, for a model without the head that a call needs.
std::string Instead(const LoadedModel& model) {
  return model.pooled.encoder_only ? " It can embed()." : " It can generate() and embed().";
}

std::string NameOf(const char* noun, size_t index) {
  return std::string("The ") + noun + " at index " + std::to_string(index);
}

Status TooLong(const LoadedModel& model, const std::string& subject, size_t tokens, bool at_least,
               Details details) {
  const uint32_t limit = model.pooled.max_tokens;
  const auto trained = static_cast<uint32_t>(std::max(model.info.train_context_size, 0));
  const std::string remedy =
      limit < trained ? "Shorten it, or raise context_window (the model was trained with " +
                            std::to_string(trained) + ")."
                      : "Shorten it, or split it: the model was trained with no more.";
  details.emplace_back("prompt_tokens", static_cast<int64_t>(tokens));
  details.emplace_back("context_window", static_cast<int64_t>(limit));
  return Status::Error(Code::kContextWindowExceeded,
                       subject + " has " + (at_least ? "at least " : "") + std::to_string(tokens) +
                           " tokens, and the context window has " + std::to_string(limit) + ". " +
                           remedy,
                       std::move(details));
}

// Before tokenising, which takes seconds for a hundred megabytes.
Status CheckMayFit(const LoadedModel& model, const std::string& subject, size_t bytes,
                   Details details) {
  const size_t longest = model.tokenizer->max_token_bytes();
  if (longest == 0 || bytes / longest <= model.pooled.max_tokens) return Status::Ok();
  return TooLong(model, subject, bytes / longest, /*at_least=*/true, std::move(details));
}

using EncodeText = std::function<Result<std::vector<int32_t>>(const std::string&)>;

// Tokenises the texts one by one into `prepared`; `noun` is what the caller knows them as.
Status EncodeAll(const LoadedModel& model, const CancelToken& cancel, const char* noun,
                 const std::vector<std::string>& texts, const EncodeText& encode,
                 PooledJob* prepared) {
  prepared->texts.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    if (cancel.cancelled()) return Status::Aborted();
    const Details index = {{"index", static_cast<int64_t>(i)}};
    Status status = CheckMayFit(model, NameOf(noun, i), texts[i].size(), index);
    if (!status.ok()) return status;
    Result<std::vector<int32_t>> tokens = encode(texts[i]);
    if (!tokens.ok()) return tokens.status();
    const size_t count = tokens.value().size();
    if (count == 0) {
      return Status::Error(Code::kInvalidRequest,
                           NameOf(noun, i) + " has no tokens, and the model adds none of its own.",
                           index);
    }
    if (count > model.pooled.max_tokens) {
      return TooLong(model, NameOf(noun, i), count, /*at_least=*/false, index);
    }
    prepared->tokens_total += count;
    prepared->texts.push_back(std::move(tokens.value()));
  }
  return Status::Ok();
}

// Room for the outputs: here and, once more, on their way to JavaScript.
Status AllocateOutputs(PooledJob* prepared) {
  const auto width = static_cast<size_t>(prepared->width);
  const bool per_token = !prepared->uses_head() && prepared->pooling == Pooling::kNone;
  size_t size = 0;
  for (const std::vector<int32_t>& text : prepared->texts) {
    prepared->offsets.push_back(size);
    size += per_token ? text.size() * width : width;
  }
  prepared->offsets.push_back(size);
  constexpr uint64_t kCopies = 2;
  const uint64_t needed = kCopies * size * sizeof(float);
  const uint64_t available = FreeHostMemory();
  if (needed > available) {
    return Status::Error(Code::kResource,
                         "The results of this call need " + std::to_string(needed >> 20) +
                             " MiB, and there are " + std::to_string(available >> 20) + " MiB.",
                         {{"device", std::string("cpu")},
                          {"needed_bytes", static_cast<int64_t>(needed)},
                          {"available_bytes", static_cast<int64_t>(available)},
                          {"remedies", std::vector<std::string>{"Give fewer texts per call."}}});
  }
  prepared->values.assign(size, 0.0f);
  return Status::Ok();
}

PooledJobPtr NewJob(const Job& job, PooledJob::Kind kind, int32_t width) {
  auto prepared = std::make_unique<PooledJob>();
  prepared->kind = kind;
  prepared->job = job.id;
  prepared->cancel = job.cancel;
  prepared->width = width;
  return prepared;
}

Result<PooledJobPtr> Complete(PooledJobPtr prepared) {
  if (Status status = AllocateOutputs(prepared.get()); !status.ok()) return status;
  prepared->order.resize(prepared->texts.size());
  std::iota(prepared->order.begin(), prepared->order.end(), 0u);
  std::stable_sort(prepared->order.begin(), prepared->order.end(), [&](uint32_t a, uint32_t b) {
    return prepared->texts[a].size() > prepared->texts[b].size();
  });
  return prepared;
}

EncodeText AsItIs(const LoadedModel& model, const CancelToken* cancel) {
  return [&model, cancel](const std::string& text) {
    return model.tokenizer->Encode(text, {/*add_special=*/true, /*parse_special=*/false, cancel});
  };
}

Result<PooledJobPtr> PrepareEmbed(const LoadedModel& model, const Job& job,
                                  const EmbedRequest& request) {
  PooledJobPtr prepared = NewJob(job, PooledJob::Kind::kEmbed, model.pooled.dimensions);
  prepared->pooling = request.pooling == Pooling::kModel ? model.pooled.pooling : request.pooling;
  prepared->normalize = request.normalize;
  if (prepared->pooling == Pooling::kModel) {
    return Unsupported(model,
                       "This model's file is made for scoring and names no pooling for "
                       "embeddings: use rerank() or classify(), or say how with pooling.");
  }
  Status status = EncodeAll(model, *job.cancel, "text", request.texts,
                            AsItIs(model, job.cancel.get()), prepared.get());
  if (!status.ok()) return status;
  return Complete(std::move(prepared));
}

// The first text of the pairs that the job's texts will be.
Result<TextPair> CreatePair(const LoadedModel& model, const char* subject, const std::string& first,
                            const CancelToken* cancel, PooledJob* prepared) {
  Status fits = CheckMayFit(model, subject, first.size(), {});
  if (!fits.ok()) return fits;
  Result<TextPair> pair = TextPair::Create(model, first, cancel);
  if (pair.ok() && model.pooled.pairs_have_token_types) {
    prepared->second_segment = pair.value().document_start();
  }
  return pair;
}

Result<PooledJobPtr> PrepareRerank(const LoadedModel& model, const Job& job,
                                   const RerankRequest& request) {
  const PooledTraits& traits = model.pooled;
  if (traits.head_outputs == 0) {
    return Unsupported(model, "This model has no head for ranking." + Instead(model));
  }
  if (traits.head_outputs > 1 && !traits.head_is_probability) {
    return Unsupported(model, "This model tells " + std::to_string(traits.head_outputs) +
                                  " labels apart and does not rank: use classify().");
  }
  PooledJobPtr prepared = NewJob(job, PooledJob::Kind::kRerank, traits.head_outputs);
  Result<TextPair> pair =
      CreatePair(model, "The query", request.query, job.cancel.get(), prepared.get());
  if (!pair.ok()) return pair.status();
  Status status = EncodeAll(
      model, *job.cancel, "document", request.documents,
      [&](const std::string& document) { return pair.value().Encode(document, job.cancel.get()); },
      prepared.get());
  if (!status.ok()) return status;
  return Complete(std::move(prepared));
}

Result<PooledJobPtr> PrepareClassify(const LoadedModel& model, const Job& job,
                                     const ClassifyRequest& request) {
  if (model.pooled.head_outputs == 0) {
    return Unsupported(model, "This model has no head for classification." + Instead(model));
  }
  PooledJobPtr prepared = NewJob(job, PooledJob::Kind::kClassify, model.pooled.head_outputs);
  prepared->scores = request.scores;
  std::optional<TextPair> pair;
  const CancelToken* cancel = job.cancel.get();
  EncodeText encode = AsItIs(model, cancel);
  if (request.first.has_value()) {
    Result<TextPair> created =
        CreatePair(model, "The first text", *request.first, cancel, prepared.get());
    if (!created.ok()) return created.status();
    pair.emplace(std::move(created.value()));
    encode = [&pair, cancel](const std::string& text) { return pair->Encode(text, cancel); };
  }
  Status status = EncodeAll(model, *job.cancel, "text", request.texts, encode, prepared.get());
  if (!status.ok()) return status;
  return Complete(std::move(prepared));
}

}  // namespace

std::optional<Result<PooledJobPtr>> PreparePooled(const LoadedModel& model, const Job& job) {
  if (const auto* embed = std::get_if<EmbedRequest>(&job.request)) {
    return PrepareEmbed(model, job, *embed);
  }
  if (const auto* rerank = std::get_if<RerankRequest>(&job.request)) {
    return PrepareRerank(model, job, *rerank);
  }
  if (const auto* classify = std::get_if<ClassifyRequest>(&job.request)) {
    return PrepareClassify(model, job, *classify);
  }
  return std::nullopt;
}

}  // namespace abstractllm
