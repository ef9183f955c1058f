// Random schedules of everything that can happen, checked step by step by the player.
#include <algorithm>
#include <string>

#include "check.h"
#include "scheduler_player.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr uint64_t kSchedules = 5000;
// Far more than any schedule takes.
constexpr int32_t kMostSteps = 1000000;

struct World {
  PlayerOptions options;
  int32_t requests = 0;
  // Of a step in which another request comes.
  double arrivals = 0;
  double priorities = 0;  // up to and down to
  std::vector<std::vector<int32_t>> beginnings;
};

std::vector<int32_t> RandomTokens(Random* random, int32_t count) {
  std::vector<int32_t> tokens(count);
  for (int32_t& token : tokens) token = random->Below(5);
  return tokens;
}

World RandomWorld(uint64_t seed) {
  Random random(seed);
  World world;
  PlayerOptions& options = world.options;
  SchedulerLimits& limits = options.limits;
  limits.cells = random.Between(24, random.Chance(0.5) ? 100 : 600);
  limits.sequences = random.Between(1, 12);
  limits.active = random.Between(1, std::min(limits.sequences, 8));
  limits.batch_tokens = random.Between(limits.active, 64);
  limits.batch_outputs = random.Between(limits.active, std::min(limits.batch_tokens, 24));
  if (random.Chance(0.25)) {
    options.memory = FakeMemory::Kind::kState;
    limits.shares_prefixes = false;
  } else {
    limits.shares_prefixes = random.Chance(0.9);
    options.longest_draft = random.Chance(0.5) ? random.Below(9) : 0;
  }
  if (random.Chance(0.7)) {
    Hazards& hazards = options.hazards;
    if (random.Chance(0.5)) hazards.no_room = 0.1 * random.Real();
    // A state that is interrupted begins again, so often would be for ever.
    const double often = options.memory == FakeMemory::Kind::kState ? 0.01 : 0.2;
    if (random.Chance(0.5)) hazards.stopped = often * random.Real();
    if (random.Chance(0.5)) hazards.failed = often / 4 * random.Real();
    if (random.Chance(0.5)) hazards.abort = 0.1 * random.Real();
  }
  options.seed = random.Next();
  world.requests = random.Between(1, 40);
  world.arrivals = random.Chance(0.3) ? 1 : random.Real();
  world.priorities = random.Chance(0.5) ? random.Below(101) : 0;
  for (int32_t i = random.Between(1, 4); i > 0; --i) {
    world.beginnings.push_back(RandomTokens(&random, random.Between(1, limits.cells / 2)));
  }
  return world;
}

Wish RandomWish(const World& world, Random* random) {
  const int32_t cells = world.options.limits.cells;
  Wish wish;
  if (random->Chance(0.7)) {
    const auto& from =
        world.beginnings[random->Below(static_cast<int32_t>(world.beginnings.size()))];
    const int32_t part = random->Chance(0.6)
                             ? static_cast<int32_t>(from.size())
                             : random->Between(1, static_cast<int32_t>(from.size()));
    wish.prompt.assign(from.begin(), from.begin() + part);
  }
  const int32_t room = cells - static_cast<int32_t>(wish.prompt.size()) - 1;
  for (const int32_t token : RandomTokens(random, random->Between(1, std::max(room / 3, 1)))) {
    wish.prompt.push_back(token);
  }
  const int32_t left = cells - static_cast<int32_t>(wish.prompt.size());
  wish.max_tokens = random->Between(1, std::max(random->Chance(0.1) ? left : left / 4, 1));
  wish.may_end = random->Chance(0.5);
  if (random->Chance(0.1)) wish.restart_after = random->Between(1, wish.max_tokens);
  if (random->Chance(0.3)) {
    wish.kind = random->Chance(0.5) ? Wish::Kind::kScore : Wish::Kind::kEmbed;
  }
  wish.reuses_prefix = wish.kind != Wish::Kind::kScore && random->Chance(0.9);
  wish.priority = world.priorities * (2 * random->Real() - 1);
  return wish;
}

// Returns the first broken rule, or nothing.
std::string Play(uint64_t seed) {
  const World world = RandomWorld(seed);
  Random random(seed ^ 0xA5A5A5A5u);
  Player player(world.options);
  std::map<JobId, int> ends;
  player.on_end = [&](JobId job, const Ending&) { ++ends[job]; };
  int32_t submitted = 0;
  int32_t steps = 0;
  while (!player.faults().any() && (submitted < world.requests || !player.idle())) {
    if (submitted < world.requests && (player.idle() || random.Chance(world.arrivals))) {
      player.Submit(RandomWish(world, &random));
      ++submitted;
    }
    player.Step();
    player.faults().Expect(++steps < kMostSteps, "a schedule comes to its end");
  }
  if (!player.faults().any()) player.CheckNothingLeft();
  player.faults().ExpectEqual(static_cast<int32_t>(ends.size()), submitted, "every sequence ends");
  for (const auto& [job, count] : ends) player.faults().ExpectEqual(count, 1, "ends are single");
  return player.faults().first();
}

}  // namespace

TEST("scheduler_simulation: no schedule breaks a rule") {
  for (uint64_t seed = 1; seed <= kSchedules; ++seed) {
    const std::string fault = Play(seed);
    if (fault.empty()) continue;
    Fail(__FILE__, __LINE__, "schedule " + std::to_string(seed) + ": " + fault);
    return;
  }
}
