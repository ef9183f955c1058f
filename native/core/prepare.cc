#include "prepare.h"

#include <algorithm>
#include <iterator>

#include "generate_output.h"
#include "llama.h"
#include "media/media_prepare.h"
#include "media/media_prompt.h"
#include "score_output.h"
#include "token_range.h"

namespace abstractllm {
namespace {

Status CheckGenerates(const LoadedModel& model) {
  if (model.pooled.encoder_only) {
    return Status::Error(
        Code::kUnsupportedFeature,
        "Models of the architecture " + model.info.architecture +
            " are encoders, which do not continue a text: use " +
            (model.pooled.head_outputs > 0 ? "embed(), rerank() or classify()." : "embed()."),
        {{"architecture", model.info.architecture}});
  }
  if (llama_model_has_decoder(model.model.get())) return Status::Ok();
  return Status::Error(Code::kUnsupportedFeature,
                       "The architecture " + model.info.architecture +
                           " has no decoder: it cannot generate or score text.",
                       {{"feature", std::string("text_generation")}});
}

Status CheckScores(const LoadedModel& model) {
  if (!model.encodes_source) return CheckGenerates(model);
  return Status::Error(Code::kUnsupportedFeature,
                       "The architecture " + model.info.architecture +
                           " answers an input with a text of its own: there is nothing to score "
                           "in one text.",
                       {{"feature", std::string("score")}});
}

// Tokens that a prompt may have, besides one for the answer.
size_t PromptWindow(const LoadedModel& model) {
  return model.encodes_source ? std::min(model.batch_size, model.info.context_size)
                              : model.info.context_size;
}

// An encoder-decoder model reads the prompt apart, and answers from a start token.
void SplitSource(const LoadedModel& model, std::vector<int32_t>* tokens,
                 std::vector<int32_t>* source) {
  if (!model.encodes_source) return;
  llama_token start = llama_model_decoder_start_token(model.model.get());
  if (start == LLAMA_TOKEN_NULL) start = llama_vocab_bos(llama_model_get_vocab(model.model.get()));
  *source = std::move(*tokens);
  *tokens = {std::max(start, 0)};
}

Status TooLong(const LoadedModel& model, size_t prompt_tokens, bool at_least, int32_t max_tokens) {
  const auto trained = static_cast<uint32_t>(std::max(model.info.train_context_size, 0));
  const size_t window = PromptWindow(model);
  const std::string remedy =
      window == model.info.context_size && window < trained
          ? "Shorten the input, let truncation_strategy leave some of it out, or raise "
            "context_window (the model was trained with " +
                std::to_string(trained) + ")."
          : "Shorten the input, or let truncation_strategy leave some of it out: the model takes "
            "no more.";
  return Status::Error(Code::kContextWindowExceeded,
                       std::string("The input has ") + (at_least ? "at least " : "") +
                           std::to_string(prompt_tokens) + " tokens, and the context window has " +
                           std::to_string(window) + ". " + remedy,
                       {{"prompt_tokens", static_cast<int64_t>(prompt_tokens)},
                        {"max_tokens", static_cast<int64_t>(max_tokens)},
                        {"context_window", static_cast<int64_t>(window)}});
}

// Before tokenising, which takes seconds for a hundred megabytes.
Status CheckMayFit(const LoadedModel& model, size_t bytes, int32_t max_tokens) {
  const size_t longest = model.tokenizer->max_token_bytes();
  if (longest == 0 || bytes / longest <= PromptWindow(model)) return Status::Ok();
  return TooLong(model, bytes / longest, /*at_least=*/true, max_tokens);
}

bool AddsBos(const LoadedModel& model) {
  return llama_vocab_get_add_bos(llama_model_get_vocab(model.model.get()));
}

std::vector<MediaPlaceholder> PlaceholdersOf(const LoadedModel& model,
                                             const GenerateRequest& request) {
  std::vector<MediaPlaceholder> placeholders;
  for (const MediaInput& input : request.media) {
    placeholders.push_back(model.media->processor->Placeholder(input.kind));
  }
  return placeholders;
}

// Without a template: at the placeholders, where special texts count, else before the text.
std::vector<PromptPart> PlainParts(const LoadedModel& model, const GenerateRequest& request) {
  const std::vector<MediaPlaceholder> placeholders = PlaceholdersOf(model, request);
  const PromptPart text = {request.prompt, /*from_input=*/!request.parse_special};
  if (request.parse_special) {
    auto placed = PlaceMedia({text}, TextsOf(placeholders), WrittenBy::kTemplate);
    if (placed.has_value()) return std::move(*placed);
  }
  std::vector<PromptPart> parts;
  for (size_t i = 0; i < placeholders.size(); ++i) {
    parts.push_back({"", /*from_input=*/false, static_cast<int32_t>(i)});
  }
  parts.push_back(text);
  return SurroundMedia(parts, placeholders);
}

Result<std::vector<PromptPart>> PromptParts(const LoadedModel& model,
                                            const GenerateRequest& request,
                                            const CancelToken* cancel) {
  if (request.messages_json.empty()) return PlainParts(model, request);
  if (model.chat_template == nullptr) {
    return Status::Error(Code::kUnsupportedFeature, model.chat_template_error);
  }
  if (request.media.empty()) {
    return model.chat_template->Render(request.messages_json, AddsBos(model), cancel);
  }
  return RenderMedia(*model.chat_template, request.messages_json, PlaceholdersOf(model, request),
                     AddsBos(model), cancel);
}

// Logits follow text only.
Status CheckEndsWithText(const MediaPrompt& prompt) {
  if (prompt.media.empty() ||
      prompt.media.back().end() < static_cast<int32_t>(prompt.tokens.size())) {
    return Status::Ok();
  }
  return Status::Error(Code::kInvalidRequest,
                       "The prompt ends with a picture or a sound: write a text behind it.");
}

Result<MediaPrompt> MakePrompt(const LoadedModel& model, const GenerateRequest& request,
                               const CancelToken* cancel) {
  const auto check_may_fit = [&](size_t bytes) {
    return request.truncation == Truncation::kError ? CheckMayFit(model, bytes, request.max_tokens)
                                                    : Status::Ok();
  };
  if (request.messages_json.empty() && request.media.empty()) {
    if (Status status = check_may_fit(request.prompt.size()); !status.ok()) return status;
    Result<std::vector<int32_t>> tokens = model.tokenizer->Encode(
        request.prompt, {/*add_special=*/true, request.parse_special, cancel});
    if (!tokens.ok()) return tokens.status();
    return MediaPrompt{std::move(tokens.value()), {}};
  }
  if (Status status = CheckTakesMedia(model.media.get(), request.media); !status.ok()) {
    return status;
  }
  Result<std::vector<PromptPart>> parts = PromptParts(model, request, cancel);
  if (!parts.ok()) return parts.status();
  size_t bytes = 0;
  for (const PromptPart& part : parts.value()) bytes += part.text.size();
  if (Status status = check_may_fit(bytes); !status.ok()) return status;
  std::vector<MediaItemPtr> items;
  if (!request.media.empty()) {
    auto prepared = PrepareMedia(model, request.media, cancel);
    if (!prepared.ok()) return prepared.status();
    items = std::move(prepared.value());
  }
  Result<MediaPrompt> prompt =
      TokenizeMediaPrompt(*model.tokenizer, parts.value(), items, /*add_special=*/true, cancel);
  if (!prompt.ok()) return prompt;
  if (Status status = CheckEndsWithText(prompt.value()); !status.ok()) return status;
  return prompt;
}

// `needed` cells for `prompt_tokens` of input.
Status CheckFits(const LoadedModel& model, size_t prompt_tokens, size_t needed,
                 int32_t max_tokens) {
  if (prompt_tokens == 0) {
    return Status::Error(Code::kInvalidRequest,
                         "The input has no tokens, and the model adds none of its own.");
  }
  if (needed <= PromptWindow(model)) return Status::Ok();
  return TooLong(model, prompt_tokens, /*at_least=*/false, max_tokens);
}

SequencePtr NewSequence(const Job& job, std::vector<int32_t> tokens, MediaRuns media = {}) {
  auto sequence = std::make_unique<Sequence>();
  sequence->job = job.id;
  sequence->cancel = job.cancel;
  sequence->prompt_size = static_cast<int32_t>(tokens.size());
  sequence->tokens = std::move(tokens);
  sequence->media = std::move(media);
  return sequence;
}

std::vector<SequencePtr> Only(SequencePtr sequence) {
  std::vector<SequencePtr> sequences;
  sequences.push_back(std::move(sequence));
  return sequences;
}

// Tokens that the model puts before every text.
size_t LeadingSpecials(const LoadedModel& model, const std::vector<int32_t>& tokens) {
  const llama_token bos = llama_vocab_bos(llama_model_get_vocab(model.model.get()));
  return !tokens.empty() && tokens.front() == bos ? 1 : 0;
}

// Leaves out tokens so that the answer has room: max_tokens, but half the window at most.
// Pictures and sounds go as a whole.
// Returns how many.
int32_t Truncate(const LoadedModel& model, Truncation truncation, int32_t max_tokens,
                 std::vector<int32_t>* tokens, MediaRuns* media) {
  const size_t window = PromptWindow(model);
  if (truncation == Truncation::kError || tokens->size() < window) return 0;
  // The answer of an encoder-decoder model has a window of its own.
  const size_t answer = model.encodes_source ? 1
                                             : std::min(static_cast<size_t>(max_tokens),
                                                        std::max(window / 2, size_t{1}));
  const size_t room = std::max(window - answer, size_t{1});
  const size_t excess = tokens->size() - std::min(room, tokens->size());
  const size_t lead = LeadingSpecials(model, *tokens);
  const size_t kept = truncation == Truncation::kMiddle ? std::max(room / 2, lead) : lead;
  const auto first = static_cast<int32_t>(std::min(kept, room - 1));
  return EraseTokens(first, first + static_cast<int32_t>(excess), tokens, media);
}

// Tokens of the vocabulary: those that penalties are about.
std::vector<int32_t> TextOnly(const std::vector<int32_t>& tokens) {
  std::vector<int32_t> text;
  std::copy_if(tokens.begin(), tokens.end(), std::back_inserter(text),
               [](int32_t token) { return token >= 0; });
  return text;
}

}  // namespace

Result<std::vector<SequencePtr>> PrepareGenerate(const LoadedModel& model, const Job& job,
                                                 GenerateRequest& request) {
  if (Status status = CheckGenerates(model); !status.ok()) return status;
  Result<MediaPrompt> prompt = MakePrompt(model, request, job.cancel.get());
  if (!prompt.ok()) return prompt.status();
  std::vector<int32_t>& tokens = prompt.value().tokens;
  MediaRuns& media = prompt.value().media;
  const int32_t truncated =
      Truncate(model, request.truncation, request.max_tokens, &tokens, &media);
  const size_t count = tokens.size();
  // At least one token must fit behind the prompt.
  if (Status status = CheckFits(model, count, count + 1, request.max_tokens); !status.ok()) {
    return status;
  }
  std::vector<int32_t> source;
  SplitSource(model, &tokens, &source);
  auto group = std::make_shared<GenerateGroup>();
  group->unfinished = request.completions;
  group->submitted = job.submitted;
  group->result.prompt_tokens = static_cast<int32_t>(count);
  group->result.truncated_tokens = truncated;
  for (const MediaRun& run : media) group->result.media_tokens += run.count;
  group->result.completions.resize(static_cast<size_t>(request.completions));

  GeneratePlan plan;
  plan.tokenizer = model.tokenizer.get();
  plan.context_size = static_cast<int32_t>(model.info.context_size);
  plan.max_tokens = request.max_tokens;
  plan.logprobs = request.logprobs;
  plan.prompt_lookup = model.shares_prefixes ? request.prompt_lookup : 0;
  plan.rolls = request.truncation == Truncation::kRolling;
  // The start token of a decoder is what it answers from.
  plan.keep = model.encodes_source ? 1 : static_cast<int32_t>(LeadingSpecials(model, tokens));
  const std::vector<int32_t> text = TextOnly(tokens);
  std::vector<SequencePtr> sequences;
  for (; plan.index < request.completions; ++plan.index) {
    SamplingParams sampling = request.sampling;
    sampling.seed += static_cast<uint32_t>(plan.index);
    group->result.completions[static_cast<size_t>(plan.index)].seed = sampling.seed;
    auto sampler = Sampler::Create(model.model.get(), std::move(sampling), text, job.cancel.get());
    if (!sampler.ok()) return sampler.status();
    SequencePtr sequence = NewSequence(job, tokens, media);
    sequence->source = source;
    sequence->priority = request.priority;
    sequence->reports_progress = plan.index == 0;
    sequence->output =
        std::make_unique<GenerateOutput>(plan, group, std::move(sampler.value()), request.stop);
    sequences.push_back(std::move(sequence));
  }
  return sequences;
}

Result<std::vector<SequencePtr>> PrepareScore(const LoadedModel& model, const Job& job,
                                              ScoreRequest& request) {
  if (Status status = CheckScores(model); !status.ok()) return status;
  std::vector<int32_t> tokens = std::move(request.tokens);
  if (tokens.empty()) {
    if (Status status = CheckMayFit(model, request.text.size(), 0); !status.ok()) return status;
    Result<std::vector<int32_t>> encoded =
        model.tokenizer->Encode(request.text, {true, false, job.cancel.get()});
    if (!encoded.ok()) return encoded.status();
    tokens = std::move(encoded.value());
  }
  if (Status status = CheckTokens(tokens, model.info.vocabulary_size, "tokens"); !status.ok()) {
    return status;
  }
  if (Status status = CheckFits(model, tokens.size(), tokens.size(), 0); !status.ok()) {
    return status;
  }
  SequencePtr sequence = NewSequence(job, std::move(tokens));
  sequence->reuses_prefix = false;
  sequence->output =
      std::make_unique<ScoreOutput>(model.info.vocabulary_size, sequence->tokens.size());
  return Only(std::move(sequence));
}

}  // namespace abstractllm
