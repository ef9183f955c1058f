#include "media/encode_queue.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace abstractllm {
namespace {

MediaTile& TileOf(const MediaRun& run) { return run.item->tiles[static_cast<size_t>(run.tile)]; }

bool Encoded(const MediaTile& tile) { return tile.embeddings != nullptr; }

bool Encoded(const MediaItem& item) {
  return std::all_of(item.tiles.begin(), item.tiles.end(),
                     [](const MediaTile& tile) { return Encoded(tile); });
}

bool Ready(const Sequence& sequence) {
  return std::all_of(sequence.media.begin(), sequence.media.end(),
                     [](const MediaRun& run) { return Encoded(TileOf(run)); });
}

bool Shows(const Sequence& sequence, const MediaItem& item) {
  return std::any_of(sequence.media.begin(), sequence.media.end(),
                     [&](const MediaRun& run) { return run.item.get() == &item; });
}

}  // namespace

EncodeQueue::EncodeQueue(MediaSupport& media, std::function<void(SequencePtr&&)> ready,
                         PostEvent post, std::function<void(Event)> settle,
                         std::function<bool()> interrupted)
    : media_(media),
      ready_(std::move(ready)),
      post_(std::move(post)),
      settle_(std::move(settle)),
      interrupted_(std::move(interrupted)) {}

void EncodeQueue::Add(SequencePtr&& sequence) {
  if (Ready(*sequence)) {
    ready_(std::move(sequence));
    return;
  }
  line_.Add(std::move(sequence));
}

void EncodeQueue::Step() {
  DropCancelled();
  if (idle()) return;
  const Sequence& first = line_.first();
  const auto run = std::find_if(first.media.begin(), first.media.end(),
                                [](const MediaRun& each) { return !Encoded(TileOf(each)); });
  if (run != first.media.end()) {
    const JobId job = first.job;
    if (run == first.media.begin()) ReportProgress(first);
    const MediaItemPtr item = run->item;
    const Clock::time_point start = Clock::now();
    const Status status = Encode(item.get(), &TileOf(*run));
    if (!status.ok()) {
      // Who gave up meanwhile is no failure of the encoder's.
      if (interrupted_() || !Wanted(*item)) return DropCancelled();
      media_.cache.Forget(*item);
      return Fail(job, status);
    }
    if (Encoded(*item)) media_.cache.Keep(item);
    Report(*item, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  HandOver();
}

Status EncodeQueue::Encode(MediaItem* item, MediaTile* tile) {
  const auto interrupted = [&] { return interrupted_() || !Wanted(*item); };
  Result<std::vector<float>> values = media_.encoder->Encode(*tile->pixels, interrupted);
  if (!values.ok()) return values.status();
  const auto expected =
      static_cast<size_t>(tile->tokens) * static_cast<size_t>(media_.encoder->embedding_size());
  if (values.value().size() != expected) {
    return Status::Error(Code::kInternal, "The encoder gave " +
                                              std::to_string(values.value().size()) +
                                              " numbers instead of " + std::to_string(expected));
  }
  tile->embeddings = std::make_shared<const std::vector<float>>(std::move(values.value()));
  tile->pixels = nullptr;
  return Status::Ok();
}

bool EncodeQueue::Wanted(const MediaItem& item) const {
  bool wanted = false;
  line_.ForEach([&](const Sequence& sequence) {
    wanted = wanted || (!sequence.cancel->cancelled() && Shows(sequence, item));
  });
  return wanted;
}

void EncodeQueue::Report(const MediaItem& item, double ms) {
  line_.ForEach([&](const Sequence& sequence) {
    if (!sequence.reports_progress || !Shows(sequence, item)) return;
    sequence.output->Encoded(ms);
    ReportProgress(sequence);
  });
}

void EncodeQueue::ReportProgress(const Sequence& sequence) {
  if (!sequence.reports_progress) return;
  const auto done = std::count_if(sequence.media.begin(), sequence.media.end(),
                                  [](const MediaRun& run) { return Encoded(TileOf(run)); });
  post_({sequence.job, ProgressEvent{"encode", static_cast<uint64_t>(done),
                                     static_cast<uint64_t>(sequence.media.size())}});
}

void EncodeQueue::HandOver() {
  std::vector<const Sequence*> ready;
  line_.ForEach([&](const Sequence& sequence) {
    if (Ready(sequence)) ready.push_back(&sequence);
  });
  for (const Sequence* each : ready) line_.MoveTo(ready_, *each);
}

void EncodeQueue::Fail(JobId job, const Status& status) {
  std::vector<Sequence*> sequences;
  line_.ForEach([&](Sequence& sequence) {
    if (sequence.job == job) sequences.push_back(&sequence);
  });
  for (Sequence* sequence : sequences) line_.Take(*sequence);
  settle_({job, FailedEvent{status}});
}

void EncodeQueue::DropCancelled() {
  std::set<JobId> cancelled;
  line_.ForEach([&](const Sequence& sequence) {
    if (sequence.cancel->cancelled()) cancelled.insert(sequence.job);
  });
  for (const JobId job : cancelled) Fail(job, Status::Aborted());
}

void EncodeQueue::FailAll(const Status& status) {
  std::map<JobId, Event> ends;
  line_.ForEach([&](const Sequence& sequence) {
    ends.emplace(sequence.job, Event{sequence.job, FailedEvent{status}});
  });
  line_.Clear();
  for (auto& [job, end] : ends) settle_(std::move(end));
}

}  // namespace abstractllm
