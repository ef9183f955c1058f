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

struct Picture {
  int32_t first_id = 0;
  int32_t count = 0;
  int32_t columns = 0;
  int32_t rows = 0;
};

struct World {
  PlayerOptions options;
  int32_t requests = 0;
  // Of a step in which another request comes.
  double arrivals = 0;
  double priorities = 0;         // up to and down to
  std::vector<Wish> beginnings;  // their prompts
  std::vector<Picture> pictures;
  double showing = 0;  // chance that a text has a picture
};

std::vector<int32_t> RandomTokens(Random* random, int32_t count) {
  std::vector<int32_t> tokens(count);
  for (int32_t& token : tokens) token = random->Below(5);
  return tokens;
}

void AddTokens(Random* random, int32_t count, Wish* wish) {
  for (const int32_t token : RandomTokens(random, count)) wish->prompt.push_back(token);
}

void AddPicture(const Picture& picture, Wish* wish) {
  MediaRun run;
  run.first = static_cast<int32_t>(wish->prompt.size());
  run.count = picture.count;
  run.columns = picture.columns;
  run.rows = picture.rows;
  wish->media.push_back(run);
  for (int32_t i = 0; i < picture.count; ++i) wish->prompt.push_back(picture.first_id + i);
}

// Text, and perhaps pictures with text between them or none, `count` tokens at most and one
// of text at least.
void AddContent(const World& world, Random* random, int32_t count, Wish* wish) {
  int32_t left = count - 1;
  while (left > 0 && !world.pictures.empty() && random->Chance(world.showing)) {
    const Picture& picture =
        world.pictures[random->Below(static_cast<int32_t>(world.pictures.size()))];
    if (picture.count > left) break;
    AddPicture(picture, wish);
    left -= picture.count;
    const int32_t between = random->Below(std::min(left, 4) + 1);
    AddTokens(random, between, wish);
    left -= between;
  }
  AddTokens(random, left + 1, wish);
}

std::vector<Picture> RandomPictures(Random* random, const SchedulerLimits& limits) {
  std::vector<Picture> pictures;
  const bool grids = random->Chance(0.4);
  int32_t next_id = -1;
  for (int32_t i = random->Between(1, 4); i > 0; --i) {
    Picture picture;
    const int32_t most = std::min(limits.cells / 4, limits.cuts_runs ? 60 : limits.batch_tokens);
    picture.count = random->Between(1, std::max(most, 1));
    if (grids) {
      picture.columns = random->Between(1, picture.count);
      picture.rows = picture.count / picture.columns;
      picture.count = picture.columns * picture.rows;
    }
    next_id -= picture.count;
    picture.first_id = next_id + 1;
    pictures.push_back(picture);
  }
  return pictures;
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
  if (random.Chance(0.5)) {
    limits.cuts_runs = random.Chance(0.6);
    world.pictures = RandomPictures(&random, limits);
    world.showing = random.Real();
  }
  for (int32_t i = random.Between(1, 4); i > 0; --i) {
    AddContent(world, &random, random.Between(1, limits.cells / 2),
               &world.beginnings.emplace_back());
  }
  return world;
}

Wish RandomWish(const World& world, Random* random) {
  const int32_t cells = world.options.limits.cells;
  Wish wish;
  if (random->Chance(0.7)) {
    wish = world.beginnings[random->Below(static_cast<int32_t>(world.beginnings.size()))];
    const auto size = static_cast<int32_t>(wish.prompt.size());
    const int32_t part = random->Chance(0.6) ? size : random->Between(1, size);
    EraseTokens(part, size, &wish.prompt, &wish.media);
  }
  const int32_t room = cells - static_cast<int32_t>(wish.prompt.size()) - 1;
  AddContent(world, random, random->Between(1, std::max(room / 3, 1)), &wish);
  const int32_t left = cells - static_cast<int32_t>(wish.prompt.size());
  wish.max_tokens = random->Between(1, std::max(random->Chance(0.1) ? left : left / 4, 1));
  wish.may_end = random->Chance(0.5);
  if (random->Chance(0.1)) wish.restart_after = random->Between(1, wish.max_tokens);
  if (random->Chance(0.3)) {
    // What is scored has no pictures.
    const bool scores = random->Chance(0.5) && wish.media.empty();
    wish.kind = scores ? Wish::Kind::kScore : Wish::Kind::kEmbed;
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
