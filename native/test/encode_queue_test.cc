#include "media/encode_queue.h"

#include <map>

#include "check.h"
#include "fake_media.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

// Counts what it hears.
class Listener final : public SequenceOutput {
 public:
  bool wants_every_row() const override { return false; }
  int32_t DraftsWanted(const Sequence&, bool) const override { return 0; }
  void Encoded(double) override { ++tiles; }
  void Start() override {}
  Result<Verdict> Take(Sequence*, const OutputRows&, const PostEvent&) override {
    return Verdict::kFinished;
  }
  std::optional<DoneEvent> Finish(Sequence*, const PostEvent&) override { return std::nullopt; }

  int tiles = 0;
};

// A queue over an encoder of one number per token, without a model.
struct Bench {
  Bench() {
    media.encoder =
        std::make_unique<FakeEncoder>(std::vector<float>{0, 1, 2, 3}, 1, true, 0, control);
  }

  // One that nobody has seen, or what is known of it.
  MediaItemPtr Item(uint8_t number, size_t tiles) {
    MediaKey key{};
    key[0] = number;
    if (MediaItemPtr known = media.cache.Find(key); known != nullptr) return known;
    auto item = std::make_shared<MediaItem>();
    item->key = key;
    for (size_t i = 0; i < tiles; ++i) {
      ImageTile pixels = {2, 1, {1, static_cast<float>(i % 4)}};
      item->tiles.push_back({2, 0, 0, media.pixels.Hold(std::move(pixels)), nullptr});
    }
    media.cache.Add(item);
    return item;
  }
  CancelTokenPtr Submit(JobId job, const std::vector<MediaItemPtr>& items, double priority = 0) {
    auto sequence = std::make_unique<Sequence>();
    sequence->job = job;
    sequence->cancel = std::make_shared<CancelToken>();
    sequence->priority = priority;
    for (const MediaItemPtr& item : items) {
      for (size_t tile = 0; tile < item->tiles.size(); ++tile) {
        MediaRun run;
        run.first = 2 * static_cast<int32_t>(sequence->media.size());
        run.count = 2;
        run.item = item;
        run.tile = static_cast<int32_t>(tile);
        sequence->media.push_back(run);
      }
    }
    auto output = std::make_unique<Listener>();
    listeners[job] = output.get();
    sequence->output = std::move(output);
    CancelTokenPtr cancel = sequence->cancel;
    queue.Add(std::move(sequence));
    return cancel;
  }
  void RunToEnd() {
    for (int step = 0; step < 1000 && !queue.idle(); ++step) queue.Step();
    CHECK(queue.idle());
  }

  std::shared_ptr<EncoderControl> control = std::make_shared<EncoderControl>();
  MediaSupport media;
  std::vector<SequencePtr> ready;
  std::map<JobId, std::vector<std::pair<uint64_t, uint64_t>>> progress;
  std::map<JobId, Code> ends;
  std::map<JobId, Listener*> listeners;
  bool stopped = false;
  EncodeQueue queue{media, [this](SequencePtr sequence) { ready.push_back(std::move(sequence)); },
                    [this](const Event& event) {
                      const auto& what = std::get<ProgressEvent>(event.what);
                      progress[event.job].emplace_back(what.done, what.total);
                    },
                    [this](const Event& event) {
                      CHECK_EQ(ends.count(event.job), 0u);
                      ends[event.job] = std::get<FailedEvent>(event.what).status.code;
                    },
                    [this] { return stopped; }};
};

}  // namespace

TEST("encode_queue: one tile per step, with progress, and then the sequence goes on") {
  Bench bench;
  bench.Submit(1, {bench.Item(1, 2), bench.Item(2, 1)});
  bench.queue.Step();
  CHECK_EQ(bench.control->encoded.load(), 1);
  CHECK(bench.ready.empty());
  bench.RunToEnd();
  CHECK_EQ(bench.control->encoded.load(), 3);
  REQUIRE(bench.ready.size() == 1u);
  const std::vector<std::pair<uint64_t, uint64_t>> expected = {{0, 3}, {1, 3}, {2, 3}, {3, 3}};
  CHECK(bench.progress[1] == expected);
  CHECK_EQ(bench.listeners[1]->tiles, 3);
  CHECK(bench.ready[0]->place == Place{});
  const MediaTile& tile = bench.ready[0]->media[1].item->tiles[1];
  CHECK(*tile.embeddings == (std::vector<float>{1, 1}));
  CHECK(tile.pixels == nullptr);
  CHECK_EQ(bench.media.pixels.bytes(), 0u);
}

TEST("encode_queue: what two show at once is encoded once, and not again while it is kept") {
  Bench bench;
  bench.Submit(1, {bench.Item(1, 3)});
  bench.queue.Step();
  bench.Submit(2, {bench.Item(1, 3)});
  bench.RunToEnd();
  CHECK_EQ(bench.control->encoded.load(), 3);
  CHECK_EQ(bench.ready.size(), 2u);
  CHECK_EQ(bench.listeners[2]->tiles, 2);
  bench.ready.clear();
  CHECK_EQ(bench.media.cache.bytes(), 6 * sizeof(float));
  bench.Submit(3, {bench.Item(1, 3)});
  CHECK(bench.queue.idle());
  CHECK_EQ(bench.ready.size(), 1u);
}

TEST("encode_queue: a picture twice in one prompt is encoded once") {
  Bench bench;
  const MediaItemPtr item = bench.Item(1, 1);
  bench.Submit(1, {item, item});
  bench.RunToEnd();
  CHECK_EQ(bench.control->encoded.load(), 1);
  CHECK_EQ(bench.ready.size(), 1u);
}

TEST("encode_queue: a failure fails that job only, and is forgotten") {
  Bench bench;
  bench.control->failures_left = 1;
  bench.Submit(1, {bench.Item(1, 1)});
  bench.Submit(2, {bench.Item(1, 1)});
  bench.Submit(3, {bench.Item(2, 1)});
  bench.RunToEnd();
  CHECK(bench.ends[1] == Code::kGeneration);
  CHECK_EQ(bench.ends.size(), 1u);
  CHECK_EQ(bench.ready.size(), 2u);
}

TEST("encode_queue: a cancelled job leaves at once, also in the middle of a tile") {
  Bench bench;
  const CancelTokenPtr waiting = bench.Submit(1, {bench.Item(1, 2)});
  waiting->Cancel();
  bench.queue.Step();
  CHECK(bench.ends[1] == Code::kAborted);
  CHECK_EQ(bench.control->encoded.load(), 0);

  CancelTokenPtr running = bench.Submit(2, {bench.Item(2, 2)});
  bench.control->during = [&](const std::function<bool()>& interrupted) {
    CHECK(!interrupted());
    running->Cancel();
    CHECK(interrupted());
  };
  bench.queue.Step();
  CHECK(bench.ends[2] == Code::kAborted);
  CHECK(bench.queue.idle());
}

TEST("encode_queue: what a cancelled job began goes on for the others that show it") {
  Bench bench;
  CancelTokenPtr first = bench.Submit(1, {bench.Item(1, 2)});
  bench.Submit(2, {bench.Item(1, 2)});
  bench.control->during = [&](const std::function<bool()>& interrupted) {
    first->Cancel();
    CHECK(!interrupted());
  };
  bench.RunToEnd();
  CHECK(bench.ends[1] == Code::kAborted);
  CHECK_EQ(bench.ready.size(), 1u);
  CHECK_EQ(bench.control->encoded.load(), 2);
}

TEST("encode_queue: priorities count, and closing ends all") {
  Bench bench;
  bench.Submit(1, {bench.Item(1, 1)});
  bench.Submit(2, {bench.Item(2, 1)}, /*priority=*/1);
  bench.queue.Step();
  REQUIRE(bench.ready.size() == 1u);
  CHECK_EQ(bench.ready[0]->job, JobId{2});
  bench.stopped = true;
  bench.queue.Step();
  CHECK(bench.ends.empty());
  bench.queue.FailAll(Status::Aborted());
  CHECK(bench.ends[1] == Code::kAborted);
  CHECK(bench.queue.idle());
}
