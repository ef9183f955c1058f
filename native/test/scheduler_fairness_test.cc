// Who waits for whom, and how long.
#include <algorithm>
#include <string>

#include "check.h"
#include "scheduler_player.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

PlayerOptions FourAtOnce() {
  PlayerOptions options;
  options.limits.cells = 8192;
  options.limits.sequences = 8;
  options.limits.active = 4;
  options.limits.batch_tokens = 128;
  options.limits.batch_outputs = 16;
  return options;
}

Wish Text(int32_t size, int32_t seed) {
  Wish wish;
  Random random(static_cast<uint64_t>(seed));
  for (int32_t i = 0; i < size; ++i) wish.prompt.push_back(random.Below(50000));
  return wish;
}

Wish Embedding(int32_t size, int32_t seed) {
  Wish wish = Text(size, seed);
  wish.kind = Wish::Kind::kEmbed;
  return wish;
}

Wish Generation(int32_t size, int32_t max_tokens, int32_t seed) {
  Wish wish = Text(size, seed);
  wish.max_tokens = max_tokens;
  return wish;
}

}  // namespace

TEST("scheduler_fairness: an endless stream of urgent calls passes an idle one so often only") {
  for (const double urgency : {0.0, 1.0, 2.5}) {
    Player player(FourAtOnce());
    int32_t overtaken = -1;
    const Wish patient = Generation(50, 5, 1);
    JobId last = 0;
    player.on_end = [&](JobId job, const Ending& ending) {
      if (job == last) overtaken = ending.overtaken;
    };
    // Nobody is idle when it comes, so that it does wait.
    int32_t seed = 1;
    for (; seed < 5; ++seed) player.Submit(Generation(50, 5, seed));
    player.Step();
    last = player.Submit(patient);
    for (int32_t step = 0; step < 2000 && overtaken < 0; ++step) {
      Wish urgent = Generation(50, 5, ++seed);
      urgent.priority = urgency;
      player.Submit(urgent);
      player.Step();
    }
    CHECK_EQ(player.faults().first(), "");
    CHECK(overtaken >= 0);
    CHECK(overtaken <= WaitingLine::kPlaces * urgency);
  }
}

TEST("scheduler_fairness: the oldest prompt has half of every call beside endless short ones") {
  Player player(FourAtOnce());
  const JobId book = player.Submit(Embedding(4000, 1));
  int32_t seed = 1;
  int32_t done = 0;
  while (done < 4000 && !player.faults().any()) {
    for (int32_t i = 0; i < 3; ++i) player.Submit(Embedding(60, ++seed));
    // The plan's sequences may end within the step, so it is judged by the clock of tokens.
    const uint64_t before = player.memory().computed();
    player.Step();
    const auto computed = static_cast<int32_t>(player.memory().computed() - before);
    if (!player.running(book)) break;
    int32_t size = 0;
    player.scheduler().ForEach([&](const Sequence& sequence) {
      if (sequence.job == book) size = sequence.processed;
    });
    CHECK(size - done >= std::min(computed / 2, 4000 - done));
    done = size;
  }
  CHECK_EQ(player.faults().first(), "");
}

TEST("scheduler_fairness: short prompts do not wait for a long one") {
  Player player(FourAtOnce());
  player.Submit(Embedding(4000, 1));
  player.Step();
  const JobId brief = player.Submit(Embedding(60, 2));
  player.Step();
  CHECK(!player.running(brief));
}

TEST("scheduler_fairness: beside a stream, calls take kStretch times as long at most") {
  PlayerOptions options = FourAtOnce();
  Player player(options);
  player.Submit(Generation(10, 2000, 1));
  // Learns what calls cost: alone, and with a prompt beside.
  for (int32_t i = 0; i < 20; ++i) player.Step();
  player.Submit(Embedding(200, 2));
  for (int32_t i = 0; i < 20; ++i) player.Step();

  const JobId book = player.Submit(Embedding(4000, 3));
  const double usual = options.call_ms + options.token_ms;
  while (player.running(book) && !player.faults().any()) {
    const double before = player.now_ms();
    player.Step();
    CHECK(player.now_ms() - before <= usual * StepTimes::kStretch + options.token_ms);
  }
  CHECK_EQ(player.faults().first(), "");
}

TEST("scheduler_fairness: what calls cost is learned although prompts never end") {
  PlayerOptions options = FourAtOnce();
  // A call costs much, a token little: large chunks are right.
  options.call_ms = 100;
  options.token_ms = 0.1;
  Player player(options);
  const JobId stream = player.Submit(Generation(10, 400, 1));
  while (player.scheduler().decoding() == 0) player.Step();
  for (int32_t seed = 2; player.running(stream) && !player.faults().any(); ++seed) {
    while (player.scheduler().waiting() < 2) player.Submit(Embedding(500, ++seed));
    player.Step();
  }
  CHECK(player.scheduler().times().PromptTokensBeside(1) > 10 * StepTimes::kFirstChunk);
}

TEST("scheduler_fairness: when cells run out the youngest steps back, and goes on later") {
  PlayerOptions options = FourAtOnce();
  options.limits.cells = 400;
  Player player(options);
  std::vector<JobId> order;
  bool oldest_resumed = false;
  bool any_resumed = false;
  player.on_end = [&](JobId job, const Ending& ending) {
    order.push_back(job);
    // What it reuses when it comes back was its own.
    CHECK_EQ(ending.cached, 0);
    any_resumed |= ending.resumed;
    if (job == 1) oldest_resumed = ending.resumed;
  };
  for (int32_t seed = 1; seed <= 4; ++seed) player.Submit(Generation(20, 300, seed));
  player.Finish();
  player.CheckNothingLeft();
  CHECK_EQ(player.faults().first(), "");
  REQUIRE(order.size() == 4);
  CHECK_EQ(order.front(), 1u);
  CHECK(any_resumed);
  CHECK(!oldest_resumed);
  CHECK(player.scheduler().preemptions() > 0);
}

TEST("scheduler_fairness: guesses are given up before anybody steps back") {
  PlayerOptions options = FourAtOnce();
  options.longest_draft = 8;
  // What two need that take 20 + 170 tokens, the last of which is never computed.
  options.limits.cells = 2 * 189;
  for (options.seed = 1; options.seed <= 20; ++options.seed) {
    Player player(options);
    for (int32_t seed = 1; seed <= 2; ++seed) player.Submit(Generation(20, 170, seed));
    player.Finish();
    CHECK_EQ(player.faults().first(), "");
    CHECK_EQ(player.scheduler().preemptions(), 0u);
  }
}

TEST("scheduler_fairness: a sequence that takes the whole cache runs alone, and to its end") {
  PlayerOptions options = FourAtOnce();
  options.limits.cells = 100;
  Player player(options);
  int32_t finished = 0;
  player.on_end = [&](JobId, const Ending& ending) {
    if (ending.kind == Ending::Kind::kFinished) ++finished;
  };
  for (int32_t seed = 1; seed <= 6; ++seed) player.Submit(Generation(seed % 2 ? 99 : 5, 1, seed));
  player.Submit(Embedding(100, 7));
  player.Finish();
  player.CheckNothingLeft();
  CHECK_EQ(player.faults().first(), "");
  CHECK_EQ(finished, 7);
}
