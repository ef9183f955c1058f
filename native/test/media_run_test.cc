#include "media/media_run.h"

#include "check.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

MediaRun Run(int32_t first, int32_t count, int32_t columns = 0, int32_t rows = 0) {
  MediaRun run;
  run.first = first;
  run.count = count;
  run.columns = columns;
  run.rows = rows;
  return run;
}

std::string Show(const std::vector<int32_t>& tokens) {
  std::string text;
  for (const int32_t token : tokens) text += std::to_string(token) + ' ';
  return text;
}

}  // namespace

TEST("media_run: runs are found by their tokens") {
  const MediaRuns runs = {Run(2, 3), Run(5, 1), Run(9, 2)};
  CHECK(RunAt(runs, 1) == nullptr);
  CHECK(RunAt(runs, 2) == &runs[0]);
  CHECK(RunAt(runs, 4) == &runs[0]);
  CHECK(RunAt(runs, 5) == &runs[1]);
  CHECK(RunAt(runs, 6) == nullptr);
  CHECK(RunAt(runs, 11) == nullptr);
  CHECK(NextRun(runs, 0) == &runs[0]);
  CHECK(NextRun(runs, 3) == &runs[1]);
  CHECK(NextRun(runs, 9) == &runs[2]);
  CHECK(NextRun(runs, 10) == nullptr);
  CHECK_EQ(OutsideRuns(runs, 2), 2);
  CHECK_EQ(OutsideRuns(runs, 4), 2);
  CHECK_EQ(OutsideRuns(runs, 5), 5);
  CHECK_EQ(OutsideRuns(runs, 10), 9);
  CHECK_EQ(OutsideRuns(runs, 11), 11);
}

TEST("media_run: without grids every token has a position of its own") {
  const MediaRuns runs = {Run(2, 3), Run(7, 4)};
  for (int32_t i = 0; i < 15; ++i) CHECK_EQ(PositionOf(runs, i), i);
}

TEST("media_run: a grid is at one position, and takes as many as its longer side has") {
  // 2 tokens, 3 x 2, 1 token, 1 x 4, and text.
  const MediaRuns runs = {Run(2, 6, 3, 2), Run(9, 4, 1, 4)};
  const int32_t expected[] = {0, 1, 2, 2, 2, 2, 2, 2, 5, 6, 6, 6, 6, 10, 11};
  for (int32_t i = 0; i < 15; ++i) CHECK_EQ(PositionOf(runs, i), expected[i]);
}

TEST("media_run: only whole runs are taken out, and what follows moves") {
  const std::vector<int32_t> tokens = {0, 1, -9, -8, -7, 5, 6, -6, -5, 9};
  const MediaRuns runs = {Run(2, 3), Run(7, 2)};
  struct Case {
    int32_t first, end;
    std::string left;
    std::vector<int32_t> firsts;
  };
  const Case cases[] = {
      {0, 1, "1 -9 -8 -7 5 6 -6 -5 9 ", {1, 6}}, {1, 3, "0 5 6 -6 -5 9 ", {3}},
      {3, 4, "0 1 5 6 -6 -5 9 ", {4}},           {4, 8, "0 1 9 ", {}},
      {5, 7, "0 1 -9 -8 -7 -6 -5 9 ", {2, 5}},   {6, 6, "0 1 -9 -8 -7 5 6 -6 -5 9 ", {2, 7}},
  };
  for (const Case& each : cases) {
    std::vector<int32_t> left = tokens;
    MediaRuns left_runs = runs;
    const int32_t erased = EraseTokens(each.first, each.end, &left, &left_runs);
    CHECK_EQ(Show(left), each.left);
    CHECK_EQ(erased, static_cast<int32_t>(tokens.size() - left.size()));
    REQUIRE(left_runs.size() == each.firsts.size());
    for (size_t i = 0; i < left_runs.size(); ++i) CHECK_EQ(left_runs[i].first, each.firsts[i]);
  }
}
