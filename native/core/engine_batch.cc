#include "engine_batch.h"

#include <algorithm>
#include <optional>

#include "logging.h"

namespace abstractllm {
namespace {

// The engine reads embeddings with the mask that is set for the whole context.
class WithoutCausalMask {
 public:
  WithoutCausalMask(llama_context* context, bool without) : context_(without ? context : nullptr) {
    if (context_ != nullptr) llama_set_causal_attn(context_, false);
  }
  ~WithoutCausalMask() {
    if (context_ != nullptr) llama_set_causal_attn(context_, true);
  }
  WithoutCausalMask(const WithoutCausalMask&) = delete;
  WithoutCausalMask& operator=(const WithoutCausalMask&) = delete;

 private:
  llama_context* context_;
};

}  // namespace

EngineBatch::EngineBatch(LoadedModel& model, std::function<bool()> interrupted)
    : model_(model),
      interrupted_(std::move(interrupted)),
      batch_(
          llama_batch_init(static_cast<int32_t>(model.batch_size), /*embd=*/0, /*n_seq_max=*/1)) {
  llama_set_abort_callback(model_.context.get(), ShouldAbort, this);
}

EngineBatch::~EngineBatch() {
  llama_set_abort_callback(model_.context.get(), nullptr, nullptr);
  llama_batch_free(batch_);
}

bool EngineBatch::ShouldAbort(void* batch) {
  const auto* self = static_cast<const EngineBatch*>(batch);
  if (self->interrupted_()) return true;
  // The others' work must not be lost for one that gives up.
  return self->count_ > 0 &&
         std::all_of(self->entries_, self->entries_ + self->count_,
                     [](const StepEntry& entry) { return entry.sequence->cancel->cancelled(); });
}

RunOutcome EngineBatch::Run(const StepEntry* entries, size_t count, std::string* reason) {
  // Outputs are numbered through the plan, of which this may be a part.
  first_output_ = entries[0].first_output;
  const RunOutcome outcome = RunEntries(entries, count, reason);
  // They are the caller's, and gone when ShouldAbort is asked again.
  entries_ = nullptr;
  count_ = 0;
  return outcome;
}

RunOutcome EngineBatch::RunEntries(const StepEntry* entries, size_t count, std::string* reason) {
  entries_ = entries;
  count_ = count;
  ErrorCapture capture;
  int32_t outcome = 0;
  try {
    std::optional<ComputeTurn> turn;
    if (model_.computes_on_cpu) turn.emplace();
    // Waiting for the turn takes time.
    if (ShouldAbort(this)) return RunOutcome::kStopped;
    outcome = Compute();
    // On a GPU the call only queues the work.
    llama_synchronize(model_.context.get());
  } catch (const std::exception& error) {
    *reason = error.what();
    return RunOutcome::kFailed;
  }
  if (outcome == 0) return RunOutcome::kDone;
  if (outcome == 1) return RunOutcome::kNoCells;
  if (outcome == 2) return RunOutcome::kStopped;
  *reason = capture.Text();
  if (reason->empty()) *reason = "llama_decode returned " + std::to_string(outcome);
  return RunOutcome::kFailed;
}

int32_t EngineBatch::Compute() {
  // Such a model runs one sequence at a time: the context keeps one source.
  const StepEntry& first = entries_[0];
  if (!first.sequence->source.empty() && first.first == 0) {
    const int32_t outcome = Encode(*first.sequence);
    if (outcome != 0) return outcome;
  }
  const MediaRun* run = RunAt(first.sequence->media, first.first);
  if (run != nullptr) return DecodeRun(first, *run);
  Fill();
  return llama_decode(model_.context.get(), batch_);
}

int32_t EngineBatch::Encode(const Sequence& sequence) {
  batch_.n_tokens = 0;
  const auto size = static_cast<int32_t>(sequence.source.size());
  for (int32_t i = 0; i < size; ++i) {
    AddToken(sequence.source[static_cast<size_t>(i)], i, sequence, /*wants_logits=*/false);
  }
  return llama_encode(model_.context.get(), batch_);
}

int32_t EngineBatch::DecodeRun(const StepEntry& entry, const MediaRun& run) {
  batch_.n_tokens = 0;
  row_of_output_.clear();
  for (int32_t i = 0; i < entry.count; ++i) {
    AddPlace(0, *entry.sequence, /*wants_logits=*/false);
  }
  FillPositions(entry, run);
  const std::vector<float>& all = *run.item->tiles[static_cast<size_t>(run.tile)].embeddings;
  const auto width = static_cast<size_t>(llama_model_n_embd_inp(model_.model.get()));
  llama_batch embeddings = batch_;
  embeddings.token = nullptr;
  // Only read.
  embeddings.embd =
      const_cast<float*>(all.data()) + static_cast<size_t>(entry.first - run.first) * width;
  embeddings.pos = positions_.data();
  const WithoutCausalMask mask(model_.context.get(), !model_.media->encoder->causal());
  return llama_decode(model_.context.get(), embeddings);
}

void EngineBatch::FillPositions(const StepEntry& entry, const MediaRun& run) {
  const int32_t start = PositionOf(entry.sequence->media, run.first);
  const int32_t skipped = entry.first - run.first;
  const auto count = static_cast<size_t>(entry.count);
  constexpr size_t kAxes = 4;  // time, row, column, and one that no picture uses
  positions_.assign(model_.position_axes ? kAxes * count : count, 0);
  for (size_t i = 0; i < count; ++i) {
    const int32_t at = skipped + static_cast<int32_t>(i);
    if (!run.grid()) {
      for (size_t axis = i; axis < positions_.size(); axis += count) positions_[axis] = start + at;
      continue;
    }
    positions_[i] = start;
    positions_[count + i] = start + at / run.columns;
    positions_[2 * count + i] = start + at % run.columns;
  }
}

void EngineBatch::Fill() {
  batch_.n_tokens = 0;
  row_of_output_.clear();
  for (const StepEntry* entry = entries_; entry != entries_ + count_; ++entry) {
    const int32_t silent = entry->tokens() - entry->outputs;
    const int32_t position = PositionOf(entry->sequence->media, entry->first);
    for (int32_t i = 0; i < entry->tokens(); ++i) {
      const int32_t token = i < entry->count ? entry->sequence->tokens[entry->first + i]
                                             : entry->sequence->draft[i - entry->count];
      AddToken(token, position + i, *entry->sequence, i >= silent);
    }
  }
}

void EngineBatch::AddToken(int32_t token, int32_t position, const Sequence& sequence,
                           bool wants_logits) {
  batch_.token[batch_.n_tokens] = token;
  AddPlace(position, sequence, wants_logits);
}

void EngineBatch::AddPlace(int32_t position, const Sequence& sequence, bool wants_logits) {
  const int32_t at = batch_.n_tokens++;
  batch_.pos[at] = position;
  batch_.n_seq_id[at] = 1;
  batch_.seq_id[at][0] = sequence.id;
  batch_.logits[at] = wants_logits ? 1 : 0;
  if (wants_logits) row_of_output_.push_back(at);
}

float* EngineBatch::Row(int32_t output) {
  const auto row = static_cast<size_t>(output - first_output_);
  if (row >= row_of_output_.size()) return nullptr;
  return llama_get_logits_ith(model_.context.get(), row_of_output_[row]);
}

}  // namespace abstractllm
