#include <new>
#include <utility>

#include "check.h"
#include "failing_new.h"
#include "scheduler/waiting_line.h"

using namespace abstractllm;

namespace {

SequencePtr NewSequence(JobId job, double priority = 0) {
  auto sequence = std::make_unique<Sequence>();
  sequence->job = job;
  sequence->priority = priority;
  return sequence;
}

}  // namespace

TEST("scheduler_waiting_line: first come, first served") {
  WaitingLine line;
  for (JobId job = 1; job <= 3; ++job) line.Add(NewSequence(job));
  CHECK_EQ(line.size(), 3u);
  for (JobId job = 1; job <= 3; ++job) CHECK_EQ(line.TakeFirst()->job, job);
  CHECK(line.empty());
}

TEST("scheduler_waiting_line: a unit of priority is worth kPlaces arrivals, not more") {
  WaitingLine line;
  const auto places = static_cast<JobId>(WaitingLine::kPlaces);
  for (JobId job = 1; job <= 2 * places; ++job) line.Add(NewSequence(job));
  line.Add(NewSequence(1000, /*priority=*/1));
  // It came as number 2 * kPlaces + 1, so it counts as number kPlaces + 1, after that one.
  for (JobId job = 1; job <= places + 1; ++job) CHECK_EQ(line.TakeFirst()->job, job);
  CHECK_EQ(line.TakeFirst()->job, 1000u);
}

TEST("scheduler_waiting_line: negative priority lets later ones pass, a bounded number") {
  WaitingLine line;
  line.Add(NewSequence(1, /*priority=*/-0.25));
  for (JobId job = 2; job <= 10; ++job) line.Add(NewSequence(job));
  const auto passing = static_cast<JobId>(WaitingLine::kPlaces / 4);
  for (JobId job = 2; job < 2 + passing - 1; ++job) CHECK_EQ(line.TakeFirst()->job, job);
  CHECK_EQ(line.TakeFirst()->job, 1u);
}

TEST("scheduler_waiting_line: who comes back has its old place") {
  WaitingLine line;
  line.Add(NewSequence(1));
  SequencePtr preempted = line.TakeFirst();
  line.Add(NewSequence(2));
  line.Add(std::move(preempted));
  CHECK_EQ(line.first().job, 1u);
}

TEST("scheduler_waiting_line: takes out who is in it, and nobody else") {
  WaitingLine line;
  line.Add(NewSequence(1));
  line.Add(NewSequence(2));
  const SequencePtr elsewhere = NewSequence(3);
  CHECK(line.Take(*elsewhere) == nullptr);
  const SequencePtr first = line.Take(line.first());
  REQUIRE(first != nullptr);
  CHECK_EQ(first->job, 1u);
  CHECK(line.Take(*first) == nullptr);
  CHECK_EQ(line.size(), 1u);
}

TEST("scheduler_waiting_line: what there is no memory for stays with the caller") {
  WaitingLine line;
  SequencePtr sequence = NewSequence(1);
  bool failed = false;
  {
    const test::FailingNew failing(0);
    try {
      line.Add(std::move(sequence));
    } catch (const std::bad_alloc&) {
      failed = true;
    }
  }
  CHECK(failed);
  REQUIRE(sequence != nullptr);
  CHECK(line.empty());
  line.Add(std::move(sequence));
  CHECK_EQ(line.TakeFirst()->job, JobId{1});
}

TEST("scheduler_waiting_line: who cannot move to another line stays, in its place") {
  WaitingLine line;
  line.Add(NewSequence(1));
  line.Add(NewSequence(2));
  const Sequence& first = line.first();
  const Place place = first.place;
  bool failed = false;
  try {
    line.MoveTo([](SequencePtr&&) { throw std::bad_alloc(); }, first);
  } catch (const std::bad_alloc&) {
    failed = true;
  }
  CHECK(failed);
  CHECK_EQ(line.size(), 2u);
  CHECK(line.first().place == place);
  WaitingLine other;
  line.MoveTo([&](SequencePtr&& sequence) { other.Add(std::move(sequence)); }, first);
  CHECK_EQ(line.first().job, JobId{2});
  CHECK_EQ(other.first().job, JobId{1});
}
