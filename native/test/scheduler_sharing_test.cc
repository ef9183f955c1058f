// What is computed once, and what is not computed again.
#include <numeric>
#include <string>

#include "check.h"
#include "scheduler_player.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

// A prefix that another sequence computes is not waited for if it is shorter than this.
constexpr int32_t kNotWorthWaiting = 16;

PlayerOptions Roomy() {
  PlayerOptions options;
  options.limits.cells = 16384;
  options.limits.sequences = 32;
  options.limits.active = 8;
  options.limits.batch_tokens = 512;
  options.limits.batch_outputs = 64;
  return options;
}

std::vector<int32_t> Count(int32_t from, int32_t count) {
  std::vector<int32_t> tokens(count);
  std::iota(tokens.begin(), tokens.end(), from);
  return tokens;
}

Wish Ask(std::vector<int32_t> prompt, int32_t max_tokens) {
  Wish wish;
  wish.prompt = std::move(prompt);
  wish.max_tokens = max_tokens;
  return wish;
}

// Plays one wish to its end, alone.
Ending PlayOne(Player* player, const Wish& wish) {
  Ending result;
  player->on_end = [&](JobId, const Ending& ending) { result = ending; };
  player->Submit(wish);
  player->Finish();
  return result;
}

// Eight chats begin with the same 1,200 tokens; returns how many tokens were computed.
uint64_t ComputedByEight(PlayerOptions options, int32_t gap) {
  Player player(options);
  for (int32_t chat = 0; chat < 8; ++chat) {
    std::vector<int32_t> prompt = Count(0, 1200);
    for (const int32_t token : Count(10000 * (chat + 1), 20)) prompt.push_back(token);
    player.Submit(Ask(prompt, 32));
    for (int32_t i = 0; i < gap; ++i) player.Step();
  }
  player.Finish();
  player.CheckNothingLeft();
  CHECK_EQ(player.faults().first(), "");
  return player.memory().computed();
}

constexpr uint64_t kOwnTokens = 8 * (20 + 31);

}  // namespace

TEST("scheduler_sharing: a prefix that eight cold chats share is computed once") {
  CHECK(ComputedByEight(Roomy(), /*gap=*/0) <= 1200 + kOwnTokens + 7 * kNotWorthWaiting);
}

TEST("scheduler_sharing: it is computed once, too, when they come while it is") {
  CHECK(ComputedByEight(Roomy(), /*gap=*/1) <= 1200 + kOwnTokens + 7 * kNotWorthWaiting);
}

TEST("scheduler_sharing: it is computed once, too, when only two can run at a time") {
  PlayerOptions options = Roomy();
  options.limits.active = 2;
  CHECK(ComputedByEight(options, /*gap=*/0) <= 1200 + kOwnTokens + 7 * kNotWorthWaiting);
}

TEST("scheduler_sharing: without sharing everything is computed") {
  PlayerOptions options = Roomy();
  options.limits.shares_prefixes = false;
  CHECK_EQ(ComputedByEight(options, /*gap=*/0), 8 * 1200 + kOwnTokens);
}

TEST("scheduler_sharing: completions of one prompt share its prefill") {
  Player player(Roomy());
  for (int32_t i = 0; i < 8; ++i) player.Submit(Ask(Count(0, 500), 10));
  player.Finish();
  CHECK_EQ(player.faults().first(), "");
  CHECK(player.memory().computed() <= 500 + 8 * 9 + 7 * kNotWorthWaiting);
}

TEST("scheduler_sharing: the next turn computes what is new, and says what was cached") {
  Player player(Roomy());
  std::vector<int32_t> conversation = Count(100, 50);
  for (int32_t turn = 0; turn < 5; ++turn) {
    const auto before = static_cast<int32_t>(turn == 0 ? 0 : conversation.size() - 1);
    for (const int32_t token : Count(1000 * turn, 30)) conversation.push_back(token);
    const Ending ending = PlayOne(&player, Ask(conversation, 20));
    CHECK_EQ(ending.cached, before);
    CHECK_EQ(ending.computed, ending.prompt_size - before + 19);
    conversation = ending.tokens;
  }
  CHECK_EQ(player.faults().first(), "");
}

TEST("scheduler_sharing: the next turn finds its conversation though all ids are taken") {
  PlayerOptions options = Roomy();
  options.limits.sequences = 4;
  options.limits.active = 4;
  Player player(options);
  const Ending first = PlayOne(&player, Ask(Count(0, 200), 20));
  for (int32_t other = 1; other < 4; ++other) PlayOne(&player, Ask(Count(1000 * other, 200), 20));
  std::vector<int32_t> next = first.tokens;
  for (const int32_t token : Count(9000, 30)) next.push_back(token);
  CHECK_EQ(PlayOne(&player, Ask(next, 20)).cached, static_cast<int32_t>(first.tokens.size()) - 1);
  CHECK_EQ(player.faults().first(), "");
}

TEST("scheduler_sharing: a prompt that is all cached computes its last token only") {
  Player player(Roomy());
  PlayOne(&player, Ask(Count(0, 100), 1));
  const Ending again = PlayOne(&player, Ask(Count(0, 100), 1));
  CHECK_EQ(again.cached, 99);
  CHECK_EQ(again.computed, 1);
}

TEST("scheduler_sharing: who wants every row shares nothing and gets them all") {
  Player player(Roomy());
  PlayOne(&player, Ask(Count(0, 300), 1));
  Wish score;
  score.kind = Wish::Kind::kScore;
  score.reuses_prefix = false;
  score.prompt = Count(0, 300);
  const Ending ending = PlayOne(&player, score);
  CHECK_EQ(ending.cached, 0);
  CHECK_EQ(ending.computed, 300);
  CHECK_EQ(player.faults().first(), "");
}

TEST("scheduler_sharing: what failed is not found by others") {
  PlayerOptions options = Roomy();
  options.hazards.failed = 1;
  Player player(options);
  player.Submit(Ask(Count(0, 100), 5));
  player.Finish();
  CHECK_EQ(player.memory().used(), 0);
}
