// What happens to jobs, in the order in which it happens.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "embedding/pooled_result.h"
#include "job.h"
#include "memory_need.h"
#include "status.h"
#include "tokenizer/tokenizer_request.h"

namespace abstractllm {

struct ModelInfo {
  std::string architecture;
  std::string description;
  uint64_t parameter_count = 0;
  uint64_t size_bytes = 0;
  uint32_t context_size = 0;
  int32_t train_context_size = 0;
  int32_t vocabulary_size = 0;
  int32_t threads = 0;
  uint32_t cache_cells = 0;   // tokens that the KV cache holds, of all calls
  bool prefix_reuse = false;  // whether calls share the cells of common beginnings
  bool has_chat_template = false;
  bool takes_images = false;
  bool takes_audio = false;
  std::string media_problem;  // why it takes neither, although a part for that was given
};

// A token that was, or might have been, generated.
struct TokenChoice {
  int32_t token = 0;
  float logprob = 0;  // natural log, under the model itself: before filters and temperature
  std::string text;   // valid UTF-8; "" for special tokens
};

struct TokenLogprob {
  TokenChoice chosen;
  std::vector<TokenChoice> alternatives;  // likeliest first
};

// One of the `n` answers to a prompt. Its text came in text events.
struct Completion {
  const char* finish_reason = "stop";  // or "length"
  std::string stop_sequence;
  int32_t tokens = 0;
  uint32_t seed = 0;
  std::vector<TokenLogprob> logprobs;  // empty unless asked for
};

struct GenerateResult {
  std::vector<Completion> completions;
  int32_t prompt_tokens = 0;
  int32_t media_tokens = 0;   // of the prompt, those of pictures and sounds
  int32_t cached_tokens = 0;  // of the prompt, from the KV cache
  // Left out by truncation_strategy: of the prompt, and by each answer whose window rolls.
  int32_t truncated_tokens = 0;
  int32_t drafted_tokens = 0;
  int32_t accepted_tokens = 0;  // of those drafted
  double queue_ms = 0;
  double encode_ms = 0;  // of pictures and sounds
  double prefill_ms = 0;
  double decode_ms = 0;  // includes sample_ms
  double sample_ms = 0;
};

struct ScoreResult {
  std::vector<int32_t> tokens;
  std::vector<float> logprobs;  // natural log; [0] is NaN
};

struct TokensResult {
  std::vector<int32_t> tokens;
};

struct TextResult {
  std::string text;
};

struct Nothing {};

// One per kind of event; `job` says whose.
struct ProgressEvent {
  const char* stage;  // "load" (in bytes), "encode" (in tiles) or "prefill" (in tokens)
  uint64_t done;
  uint64_t total;
};
struct TextEvent {
  std::string text;   // valid UTF-8, not empty
  int32_t index = 0;  // of the completion
};
struct LogEvent {
  LogLevel level;
  std::string text;
};
struct DoneEvent {
  std::variant<Nothing, ModelInfo, GenerateResult, ScoreResult, TokensResult, TextResult,
               EmbedResult, RerankResult, ClassifyResult, MemoryNeed, TokenizerInfo, EncodedTexts>
      result;
};
struct FailedEvent {
  Status status;
};

struct Event {
  JobId job = 0;  // 0 for log events
  std::variant<ProgressEvent, TextEvent, LogEvent, DoneEvent, FailedEvent> what;
};

// Where events go. Thread: any; an implementation keeps the order of each thread's
// posts and never blocks for long. When it throws, `event` is what it was, to be posted again.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void Post(Event&& event) = 0;
};

}  // namespace abstractllm
