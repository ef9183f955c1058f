#include "check.h"
#include "scheduler/step_times.h"

using namespace abstractllm;

TEST("scheduler_step_times: knows nothing at first, and says so") {
  const StepTimes times;
  CHECK_EQ(times.DecodeMs(4), 0);
  CHECK_EQ(times.TokenMs(), 0);
  CHECK_EQ(times.PromptTokensBeside(4), StepTimes::kFirstChunk);
}

TEST("scheduler_step_times: a chunk stretches a call by what was promised") {
  StepTimes times;
  times.Record(4, 0, 20);
  times.Record(4, 32, 20 + 32 * 0.5);
  const int32_t chunk = times.PromptTokensBeside(4);
  CHECK_EQ(chunk, static_cast<int32_t>((StepTimes::kStretch - 1) * 20 / 0.5));
}

TEST("scheduler_step_times: a chunk does not begin another block of rows for a few tokens") {
  const auto chunk = [](double token_ms) {
    StepTimes times;
    times.Record(4, 0, 20);
    times.Record(4, 32, 20 + 32 * token_ms);
    return times.PromptTokensBeside(4);
  };
  CHECK_EQ(chunk(20 / 30.5), 28);
  CHECK_EQ(chunk(20 / 36.5), 28);
  CHECK_EQ(chunk(20 / 37.5), 37);
  CHECK_EQ(chunk(20 / 62.5), 60);
  CHECK_EQ(chunk(20 / 10.5), 10);
}

TEST("scheduler_step_times: there is always room for a small chunk") {
  StepTimes times;
  times.Record(1, 0, 1);
  times.Record(1, 32, 1000);
  CHECK_EQ(times.PromptTokensBeside(1), StepTimes::kLeastChunk);
}

TEST("scheduler_step_times: an unknown number of streams is judged by the nearest smaller") {
  StepTimes times;
  times.Record(2, 0, 10);
  times.Record(8, 0, 30);
  CHECK_EQ(times.DecodeMs(2), 10);
  CHECK_EQ(times.DecodeMs(7), 10);
  CHECK_EQ(times.DecodeMs(100), 30);
  CHECK_EQ(times.DecodeMs(1), 10);
}

TEST("scheduler_step_times: prompts alone give a guess that mixed calls replace") {
  StepTimes times;
  times.Record(1, 0, 10);
  times.Record(0, 100, 10);
  CHECK_EQ(times.TokenMs(), 0.1);
  times.Record(1, 10, 20);
  CHECK_EQ(times.TokenMs(), 1);
  times.Record(0, 100, 10);
  CHECK_EQ(times.TokenMs(), 1);
}

TEST("scheduler_step_times: a call that seems to cost nothing does not let everything in") {
  StepTimes times;
  times.Record(1, 0, 10);
  times.Record(1, 10, 5);
  CHECK(times.TokenMs() > 0);
  CHECK(times.PromptTokensBeside(1) <= 1000);
}

TEST("scheduler_step_times: one disturbed call moves an average by a part only") {
  StepTimes times;
  times.Record(1, 0, 10);
  times.Record(1, 0, 110);
  CHECK(times.DecodeMs(1) < 40);
}
