#include "prepare.h"

#include <algorithm>
#include <limits>

#include "llama.h"

namespace abstractllm {
namespace {

Status CheckModelDecodes(const LoadedModel& model) {
  if (model.pooled.encoder_only) {
    return Status::Error(
        Code::kUnsupportedFeature,
        "Models of the architecture " + model.info.architecture +
            " are encoders, which do not continue a text: use " +
            (model.pooled.head_outputs > 0 ? "embed(), rerank() or classify()." : "embed()."),
        {{"architecture", model.info.architecture}});
  }
  if (llama_model_has_decoder(model.model.get()) && !llama_model_has_encoder(model.model.get())) {
    return Status::Ok();
  }
  return Status::Error(Code::kUnsupportedFeature,
                       "The architecture " + model.info.architecture +
                           " has an encoder; this version generates and scores with decoder-only "
                           "models.");
}

Status TooLong(const LoadedModel& model, size_t prompt_tokens, bool at_least, int32_t max_tokens) {
  const auto trained = static_cast<uint32_t>(std::max(model.info.train_context_size, 0));
  const std::string remedy =
      model.info.context_size < trained
          ? "Shorten the input, or raise context_window (the model was trained with " +
                std::to_string(trained) + ")."
          : "Shorten the input: the model was trained with no more.";
  return Status::Error(Code::kContextWindowExceeded,
                       std::string("The input has ") + (at_least ? "at least " : "") +
                           std::to_string(prompt_tokens) + " tokens, and the context window has " +
                           std::to_string(model.info.context_size) + ". " + remedy,
                       {{"prompt_tokens", static_cast<int64_t>(prompt_tokens)},
                        {"max_tokens", static_cast<int64_t>(max_tokens)},
                        {"context_window", static_cast<int64_t>(model.info.context_size)}});
}

// Before tokenising, which cannot be stopped and takes seconds for a hundred megabytes.
Status CheckMayFit(const LoadedModel& model, size_t bytes, int32_t max_tokens) {
  const size_t longest = model.tokenizer->max_token_bytes();
  if (longest == 0 || bytes / longest <= model.info.context_size) return Status::Ok();
  return TooLong(model, bytes / longest, /*at_least=*/true, max_tokens);
}

Result<std::vector<int32_t>> PromptTokens(const LoadedModel& model, const GenerateRequest& request,
                                          const CancelToken* cancel) {
  if (request.messages_json.empty()) {
    if (Status status = CheckMayFit(model, request.prompt.size(), request.max_tokens); !status.ok())
      return status;
    return model.tokenizer->Encode(request.prompt, {/*add_special=*/true, request.parse_special});
  }
  if (model.chat_template == nullptr) {
    return Status::Error(Code::kUnsupportedFeature, model.chat_template_error);
  }
  const bool adds_bos = llama_vocab_get_add_bos(llama_model_get_vocab(model.model.get()));
  Result<std::vector<PromptPart>> parts =
      model.chat_template->Render(request.messages_json, /*drop_bos=*/adds_bos, cancel);
  if (!parts.ok()) return parts.status();
  size_t bytes = 0;
  for (const PromptPart& part : parts.value()) bytes += part.text.size();
  if (Status status = CheckMayFit(model, bytes, request.max_tokens); !status.ok()) return status;
  return TokenizePrompt(*model.tokenizer, parts.value());
}

// `needed` cells for `prompt_tokens` of input.
Status CheckFits(const LoadedModel& model, size_t prompt_tokens, size_t needed,
                 int32_t max_tokens) {
  if (prompt_tokens == 0) {
    return Status::Error(Code::kInvalidRequest,
                         "The input has no tokens, and the model adds none of its own.");
  }
  if (needed <= model.info.context_size) return Status::Ok();
  return TooLong(model, prompt_tokens, /*at_least=*/false, max_tokens);
}

SequencePtr NewSequence(const Job& job, Sequence::Kind kind, std::vector<int32_t> tokens) {
  auto sequence = std::make_unique<Sequence>();
  sequence->kind = kind;
  sequence->job = job.id;
  sequence->cancel = job.cancel;
  sequence->submitted = job.submitted;
  sequence->prompt_size = tokens.size();
  sequence->tokens = std::move(tokens);
  return sequence;
}

}  // namespace

Result<SequencePtr> PrepareGenerate(const LoadedModel& model, const Job& job,
                                    GenerateRequest& request) {
  if (Status status = CheckModelDecodes(model); !status.ok()) return status;
  Result<std::vector<int32_t>> tokens = PromptTokens(model, request, job.cancel.get());
  if (!tokens.ok()) return tokens.status();
  const size_t count = tokens.value().size();
  // At least one token must fit behind the prompt.
  if (Status status = CheckFits(model, count, count + 1, request.max_tokens); !status.ok()) {
    return status;
  }
  const uint32_t seed = request.sampling.seed;
  Result<std::unique_ptr<Sampler>> sampler =
      Sampler::Create(model.model.get(), std::move(request.sampling), tokens.value());
  if (!sampler.ok()) return sampler.status();

  SequencePtr sequence = NewSequence(job, Sequence::Kind::kGenerate, std::move(tokens.value()));
  sequence->sampler = std::move(sampler.value());
  sequence->text = std::make_unique<TextStream>(std::move(request.stop));
  sequence->max_tokens = request.max_tokens;
  sequence->result.prompt_tokens = static_cast<int32_t>(count);
  sequence->result.seed = seed;
  return sequence;
}

Result<SequencePtr> PrepareScore(const LoadedModel& model, const Job& job, ScoreRequest& request) {
  if (Status status = CheckModelDecodes(model); !status.ok()) return status;
  std::vector<int32_t> tokens = std::move(request.tokens);
  if (tokens.empty()) {
    if (Status status = CheckMayFit(model, request.text.size(), 0); !status.ok()) return status;
    Result<std::vector<int32_t>> encoded = model.tokenizer->Encode(request.text, {true, false});
    if (!encoded.ok()) return encoded.status();
    tokens = std::move(encoded.value());
  }
  const int32_t limit = model.info.vocabulary_size;
  for (const int32_t token : tokens) {
    if (token >= 0 && token < limit) continue;
    return Status::Error(Code::kInvalidParameter,
                         "Token id " + std::to_string(token) + " is outside the vocabulary (0 to " +
                             std::to_string(limit - 1) + ").",
                         {{"parameter", std::string("tokens")},
                          {"value", static_cast<int64_t>(token)},
                          {"allowed", "0 to " + std::to_string(limit - 1)}});
  }
  if (Status status = CheckFits(model, tokens.size(), tokens.size(), 0); !status.ok()) {
    return status;
  }
  SequencePtr sequence = NewSequence(job, Sequence::Kind::kScore, std::move(tokens));
  sequence->logprobs.assign(sequence->tokens.size(), std::numeric_limits<float>::quiet_NaN());
  return sequence;
}

}  // namespace abstractllm
