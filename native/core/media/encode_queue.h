// Sequences whose pictures and sounds are still to be encoded. Part of the inference
// thread's work, beside the decoder.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "event.h"
#include "media/media_support.h"
#include "scheduler/waiting_line.h"
#include "sequence.h"

namespace abstractllm {

// First come, first served, by WaitingLine's rules; what several wait for is encoded once.
//
// Thread: the inference thread. Owns: the sequences given to it, until they are ready or
// their job's last event is posted.
class EncodeQueue {
 public:
  // `ready` receives sequences whose embeddings are all there, unless it throws. `post` receives
  // progress, `settle` the one event that ends a job. `interrupted` is asked while a tile is
  // encoded; true stops all work. `media` must outlive this.
  EncodeQueue(MediaSupport& media, std::function<void(SequencePtr&&)> ready, PostEvent post,
              std::function<void(Event)> settle, std::function<bool()> interrupted);

  // At once ready if nothing of it is to be encoded. When it throws, `sequence` is still the
  // caller's.
  void Add(SequencePtr&& sequence);
  bool idle() const { return line_.empty(); }
  size_t waiting() const { return line_.size(); }
  // Encodes one tile. Not when idle.
  void Step();
  // Ends every job that was cancelled.
  void DropCancelled();
  // Ends all jobs with `status`. When it throws, nothing has changed.
  void FailAll(const Status& status);

 private:
  Status Encode(MediaItem* item, MediaTile* tile);
  // Whether somebody who is not cancelled shows the item.
  bool Wanted(const MediaItem& item) const;
  // Tells those who show the item that one more of its tiles is encoded.
  void Report(const MediaItem& item, double ms);
  void ReportProgress(const Sequence& sequence);
  void HandOver();
  // Ends the job and all its sequences.
  void Fail(JobId job, const Status& status);

  MediaSupport& media_;
  std::function<void(SequencePtr&&)> ready_;
  PostEvent post_;
  std::function<void(Event)> settle_;
  std::function<bool()> interrupted_;
  WaitingLine line_;
};

}  // namespace abstractllm
