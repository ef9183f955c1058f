// What JavaScript asks of a loaded model. Plain data, total: every field is set by the
// caller, so that there is one place for defaults (src/config/resolve.ts).
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "cancel.h"
#include "embedding/pooled_request.h"
#include "logging.h"
#include "media/media_input.h"
#include "placement.h"
#include "sampler.h"

namespace abstractllm {

using JobId = uint64_t;
using Clock = std::chrono::steady_clock;

enum class FlashAttention { kAuto, kOn, kOff };

struct CheckpointPlan;
class MediaLoader;

struct LoadRequest {
  std::string path;  // UTF-8
  // Set: `path` is the folder of a Hugging Face checkpoint, and this is what to make of it.
  std::shared_ptr<const CheckpointPlan> plan;
  // Set: the model takes pictures or sounds, and this loads what it needs for them.
  std::shared_ptr<const MediaLoader> media;
  // A model that this cannot serve is loaded for text; ModelInfo::media_problem says why.
  bool media_optional = false;
  uint32_t context_size = 0;   // tokens; 0: the smaller of the model's own and kDefaultContext
  int32_t threads = 0;         // 0: UsableCores(), or fewer for a small model
  bool cpu_only = false;       // keep to the CPU although there is a GPU
  Placement placement;         // unless cpu_only
  bool reads_weights = false;  // instead of mapping their file (memory_need.h)
  uint32_t cache_cells = 0;    // tokens in the KV cache, of all calls; 0: context_size
  std::string cache_type_k;    // element types of the KV cache; "": as the weights deserve
  std::string cache_type_v;
  FlashAttention flash_attention = FlashAttention::kAuto;
  uint32_t max_queue = 1024;  // jobs that may be unfinished
  std::string draft_path;     // a smaller model that guesses ahead, or ""
  LogLevel log_level = LogLevel::kNone;
};

// What becomes of a prompt that is too long.
enum class Truncation {
  kError,
  kLeft,     // its beginning goes
  kMiddle,   // its middle goes
  kRolling,  // its beginning goes, also while generating
};

struct GenerateRequest {
  std::string prompt;  // the text as it is, when `messages_json` is empty
  // [{role, content}], for the model's chat template. A content is a text, or an array of
  // {"type": "text", "text"}, {"type": "image"} and {"type": "audio"}.
  std::string messages_json;
  // Of the parts above, in their order; with a prompt, those before its text.
  std::vector<MediaInput> media;
  bool parse_special = false;  // whether special tokens' text in `prompt` becomes the tokens
  int32_t max_tokens = 0;      // at least 1
  std::vector<std::string> stop;
  SamplingParams sampling;
  int32_t completions = 1;
  int32_t logprobs = -1;  // alternatives per token; -1: no log-probabilities at all
  double priority = 0;    // -100 to 100
  Truncation truncation = Truncation::kError;
  int32_t prompt_lookup = 0;  // tokens to guess ahead from the text itself; 0: none
};

struct ScoreRequest {
  std::string text;             // when `tokens` is empty
  std::vector<int32_t> tokens;  // taken as they are
};

struct TokenizeRequest {
  std::string text;
  bool add_special = true;
  bool parse_special = false;
};

struct DetokenizeRequest {
  std::vector<int32_t> tokens;
  bool skip_special = true;
};

using Request = std::variant<GenerateRequest, ScoreRequest, TokenizeRequest, DetokenizeRequest,
                             EmbedRequest, RerankRequest, ClassifyRequest>;

struct Job {
  JobId id = 0;
  Request request;
  CancelTokenPtr cancel;
  Clock::time_point submitted;
};

}  // namespace abstractllm
