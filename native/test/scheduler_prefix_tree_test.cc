#include <string>

#include "check.h"
#include "scheduler/prefix_tree.h"
#include "scheduler_fake_memory.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

using Tokens = std::vector<int32_t>;

// One token per letter.
Tokens T(const std::string& letters) { return Tokens(letters.begin(), letters.end()); }

// A tree over a fake memory, whose breaches fail the test.
struct Bench {
  explicit Bench(int32_t sequences)
      : memory(/*cells=*/100, sequences, FakeMemory::Kind::kCells, faults),
        tree(memory, sequences) {}
  ~Bench() {
    memory.Verify();
    CHECK_EQ(faults.first(), "");
  }

  static int32_t Size(const std::string& text) { return static_cast<int32_t>(text.size()); }
  // The sequence computes what it lacks of `text`.
  void Compute(SeqId sequence, const std::string& text) {
    for (int32_t i = memory.Size(sequence); i < Size(text); ++i) {
      memory.Compute(sequence, i, text[static_cast<size_t>(i)]);
    }
  }
  // A sequence that has computed and inserted `text`.
  SeqId Attach(const std::string& text) {
    const SeqId sequence = tree.Attach(T(text), Size(text));
    tree.Advance(sequence, T(text), Size(text));
    Compute(sequence, text);
    tree.Insert(sequence, T(text), Size(text));
    return sequence;
  }
  void Cache(const std::string& text) { tree.Release(Attach(text), /*keep=*/true); }
  int32_t Match(const std::string& text) const { return tree.Match(T(text), Size(text)); }

  Faults faults;
  FakeMemory memory;
  PrefixTree tree;
};

// Letters, and runs of embeddings with the ids of their kind: Line().Text("ab").Run(1, 3).
struct Line {
  Line& Text(const std::string& letters) {
    tokens.insert(tokens.end(), letters.begin(), letters.end());
    return *this;
  }
  Line& Run(int32_t kind, int32_t count, int32_t columns = 0) {
    MediaRun run;
    run.first = size();
    run.count = count;
    run.columns = columns;
    run.rows = columns == 0 ? 0 : count / columns;
    runs.push_back(run);
    for (int32_t i = 0; i < count; ++i) tokens.push_back(-100 * kind + i);
    return *this;
  }
  int32_t size() const { return static_cast<int32_t>(tokens.size()); }
  operator TokenLine() const { return {tokens, runs}; }  // NOLINT: implicit on purpose

  Tokens tokens;
  MediaRuns runs;
};

// Computes what the sequence lacks of the line up to `end`.
void Compute(Bench* bench, SeqId sequence, const Line& line, int32_t end) {
  for (int32_t i = bench->memory.Size(sequence); i < end; ++i) {
    bench->memory.Compute(sequence, PositionOf(line.runs, i), line.tokens[static_cast<size_t>(i)]);
  }
}

SeqId Attach(Bench* bench, const Line& line) {
  const SeqId sequence = bench->tree.Attach(line, line.size());
  bench->tree.Advance(sequence, line, line.size());
  Compute(bench, sequence, line, line.size());
  bench->tree.Insert(sequence, line, line.size());
  return sequence;
}

}  // namespace

TEST("scheduler_prefix_tree: a sequence takes over what another has computed") {
  Bench bench(2);
  bench.Attach("abcdef");
  const SeqId second = bench.tree.Attach(T(""), 0);
  CHECK_EQ(bench.tree.Advance(second, T("abcdxy"), 6), 4);
  CHECK_EQ(bench.memory.Size(second), 4);
  CHECK_EQ(bench.tree.Depth(second), 4);
  CHECK_EQ(bench.memory.used(), 6);
  CHECK_EQ(bench.tree.cells(), 6);
}

TEST("scheduler_prefix_tree: a sequence takes over no more than it asks for") {
  Bench bench(2);
  bench.Attach("abcdef");
  CHECK_EQ(bench.tree.Match(T("abcdef"), 5), 5);
  const SeqId second = bench.tree.Attach(T(""), 0);
  CHECK_EQ(bench.tree.Advance(second, T("abcdef"), 5), 5);
  CHECK_EQ(bench.tree.Advance(second, T("abcdef"), 0), 5);
}

TEST("scheduler_prefix_tree: matches end where the tokens do") {
  Bench bench(3);
  bench.Cache("abcd");
  bench.Cache("abxy");
  CHECK_EQ(bench.Match("abcd"), 4);
  CHECK_EQ(bench.Match("abcz"), 3);
  CHECK_EQ(bench.Match("abz"), 2);
  CHECK_EQ(bench.Match("ab"), 2);
  CHECK_EQ(bench.Match("z"), 0);
  CHECK_EQ(bench.Match(""), 0);
}

TEST("scheduler_prefix_tree: what two computed at once is kept once") {
  Bench bench(2);
  const SeqId first = bench.tree.Attach(T(""), 0);
  const SeqId second = bench.tree.Attach(T(""), 0);
  bench.Compute(first, "abcd");
  bench.Compute(second, "abxy");
  CHECK_EQ(bench.memory.used(), 8);
  bench.tree.Insert(first, T("abcd"), 4);
  bench.tree.Insert(second, T("abxy"), 4);
  CHECK_EQ(bench.memory.used(), 6);
  CHECK_EQ(bench.tree.cells(), 6);
}

TEST("scheduler_prefix_tree: what was computed beyond the insertion stays private") {
  Bench bench(1);
  const SeqId only = bench.tree.Attach(T(""), 0);
  bench.Compute(only, "abcdef");
  bench.tree.Insert(only, T("abcdef"), 4);
  CHECK_EQ(bench.tree.cells(), 4);
  CHECK_EQ(bench.memory.Size(only), 6);
  bench.tree.Release(only, /*keep=*/true);
  CHECK_EQ(bench.memory.used(), 4);
  CHECK_EQ(bench.Match("abcdef"), 4);
}

TEST("scheduler_prefix_tree: a sequence in the tree can go on in it") {
  Bench bench(2);
  const SeqId first = bench.Attach("ab");
  bench.Compute(first, "abcd");
  bench.tree.Insert(first, T("abcd"), 4);
  CHECK_EQ(bench.Match("abcd"), 4);
  // And behind a cached sequence, whose id is free then.
  bench.tree.Release(first, /*keep=*/true);
  bench.Attach("abcdef");
  CHECK(bench.tree.Attach(T(""), 0) != kNoSequence);
  CHECK_EQ(bench.Match("abcdef"), 6);
}

TEST("scheduler_prefix_tree: no id is left when all are attached") {
  Bench bench(2);
  const SeqId first = bench.Attach("ab");
  bench.tree.Attach(T(""), 0);
  CHECK_EQ(bench.tree.Attach(T(""), 0), kNoSequence);
  bench.tree.Release(first, /*keep=*/true);
  CHECK_EQ(bench.tree.Attach(T(""), 0), first);
}

TEST("scheduler_prefix_tree: a needed id costs the cached sequence that is worth least") {
  Bench bench(2);
  bench.Cache("abcd");
  bench.Cache("wxyz");
  bench.tree.Attach(T(""), 0);
  CHECK_EQ(bench.Match("abcd"), 0);
  CHECK_EQ(bench.Match("wxyz"), 4);
}

TEST("scheduler_prefix_tree: a needed id does not cost what it is needed for") {
  Bench bench(2);
  bench.Cache("abcd");
  bench.Cache("wxyz");
  const std::string next = "abcdef";
  const SeqId sequence = bench.tree.Attach(T(next), Bench::Size(next));
  CHECK_EQ(bench.tree.Advance(sequence, T(next), Bench::Size(next)), 4);
  CHECK_EQ(bench.Match("wxyz"), 0);
}

TEST("scheduler_prefix_tree: the only id is given though it holds what it is needed for") {
  Bench bench(1);
  bench.Cache("abcd");
  CHECK(bench.tree.Attach(T("abcd"), 4) != kNoSequence);
}

TEST("scheduler_prefix_tree: eviction begins at the end of what was not used for longest") {
  Bench bench(3);
  bench.Cache("abcd");
  bench.Cache("abxy");
  bench.Cache("mnop");
  bench.tree.Evict(1);
  CHECK_EQ(bench.Match("abcd"), 3);
  bench.tree.Evict(2);
  CHECK_EQ(bench.Match("abcd"), 2);
  CHECK_EQ(bench.Match("abxy"), 3);
  CHECK_EQ(bench.Match("mnop"), 4);
  CHECK_EQ(bench.memory.used(), bench.tree.cells());
}

TEST("scheduler_prefix_tree: what was reused outlives what came after its first use") {
  Bench bench(4);
  bench.Cache("abcd");
  bench.Cache("wxyz");
  bench.Cache("abcd");
  bench.tree.Evict(4);
  CHECK_EQ(bench.Match("abcd"), 4);
  CHECK_EQ(bench.Match("wxyz"), 0);
}

TEST("scheduler_prefix_tree: a beginning stays when all that followed it is evicted") {
  Bench bench(3);
  bench.Cache("abcd");
  bench.Cache("abxy");
  bench.tree.Evict(4);
  CHECK_EQ(bench.Match("abcd"), 2);
  CHECK_EQ(bench.memory.used(), 2);
  const SeqId next = bench.Attach("abqq");
  CHECK_EQ(bench.memory.Size(next), 4);
  CHECK_EQ(bench.memory.used(), 4);
}

TEST("scheduler_prefix_tree: what runs is not evicted") {
  Bench bench(2);
  const SeqId running = bench.Attach("abcd");
  bench.Cache("abxy");
  CHECK_EQ(bench.tree.EvictableCells(), 2);
  bench.tree.Evict(100);
  CHECK_EQ(bench.Match("abcd"), 4);
  CHECK_EQ(bench.memory.used(), 4);
  bench.tree.Release(running, /*keep=*/true);
  CHECK_EQ(bench.tree.EvictableCells(), 4);
}

TEST("scheduler_prefix_tree: what is not kept goes, but not what others hold") {
  Bench bench(3);
  bench.Cache("ab");
  const SeqId failed = bench.Attach("abcd");
  bench.tree.Release(failed, /*keep=*/false);
  CHECK_EQ(bench.Match("abcd"), 2);
  CHECK_EQ(bench.memory.used(), 2);
  const SeqId first = bench.Attach("abcd");
  const SeqId second = bench.Attach("abcd");
  bench.tree.Release(first, /*keep=*/false);
  CHECK_EQ(bench.Match("abcd"), 4);
  CHECK_EQ(bench.memory.Size(second), 4);
}

TEST("scheduler_prefix_tree: a node with one child and nobody at it is part of the child") {
  Bench bench(4);
  bench.Cache("abcd");
  bench.Cache("abxy");
  CHECK_EQ(bench.tree.NodeCount(), 3);
  bench.tree.Evict(2);
  CHECK_EQ(bench.tree.NodeCount(), 1);
  CHECK_EQ(bench.Match("abxy"), 4);
  bench.Cache("abxyz");
  bench.Cache("abxyzzz");
  CHECK_EQ(bench.tree.NodeCount(), 1);
  const SeqId part = bench.tree.Attach(T("ab"), 2);
  bench.tree.Advance(part, T("ab"), 2);
  CHECK_EQ(bench.tree.NodeCount(), 2);
  bench.tree.Release(part, /*keep=*/true);
  CHECK_EQ(bench.tree.NodeCount(), 1);
  bench.tree.Evict(100);
  CHECK_EQ(bench.memory.used(), 0);
}

TEST("scheduler_prefix_tree: pictures are shared as a whole or not at all") {
  Bench bench(3);
  const Line first = Line().Text("ab").Run(1, 4).Text("cd").Run(2, 3).Text("e");
  Attach(&bench, first);
  CHECK_EQ(bench.tree.Match(first, 12), 12);
  CHECK_EQ(bench.tree.Match(first, 11), 11);
  CHECK_EQ(bench.tree.Match(first, 10), 8);
  CHECK_EQ(bench.tree.Match(first, 4), 2);
  CHECK_EQ(bench.tree.Match(Line().Text("ab").Run(1, 4).Text("cx"), 8), 7);
  const Line other = Line().Text("ab").Run(3, 4).Text("cd");
  CHECK_EQ(bench.tree.Match(other, 8), 2);
  const SeqId second = bench.tree.Attach(first, 5);
  CHECK_EQ(bench.tree.Advance(second, first, 5), 2);
  CHECK_EQ(bench.tree.Advance(second, first, 10), 8);
  CHECK_EQ(bench.memory.Size(second), 8);
}

TEST("scheduler_prefix_tree: a line that begins with a picture splits before it") {
  Bench bench(2);
  const Line line = Line().Run(1, 4).Text("ab");
  Attach(&bench, line);
  const SeqId second = bench.tree.Attach(line, 3);
  CHECK_EQ(bench.tree.Advance(second, line, 3), 0);
  CHECK_EQ(bench.tree.Advance(second, line, 4), 4);
}

TEST("scheduler_prefix_tree: half a picture is nobody else's") {
  Bench bench(2);
  const Line line = Line().Text("ab").Run(1, 6).Text("c");
  const SeqId only = bench.tree.Attach(line, 0);
  Compute(&bench, only, line, 5);
  bench.tree.Insert(only, line, 5);
  CHECK_EQ(bench.tree.Depth(only), 2);
  CHECK_EQ(bench.tree.cells(), 2);
  bench.tree.Release(only, /*keep=*/true);
  CHECK_EQ(bench.memory.used(), 2);
}

TEST("scheduler_prefix_tree: eviction takes whole pictures") {
  Bench bench(2);
  const Line line = Line().Text("ab").Run(1, 6).Text("cd");
  bench.tree.Release(Attach(&bench, line), /*keep=*/true);
  bench.tree.Evict(3);
  CHECK_EQ(bench.tree.Match(line, 10), 2);
  CHECK_EQ(bench.memory.used(), 2);
}

TEST("scheduler_prefix_tree: cells of grids are shared and released at their positions") {
  Bench bench(3);
  const Line line = Line().Text("ab").Run(1, 6, 3).Text("cd").Run(2, 4, 2).Text("ef");
  const SeqId first = Attach(&bench, line);
  const SeqId second = bench.tree.Attach(line, line.size());
  CHECK_EQ(bench.tree.Advance(second, line, line.size() - 1), line.size() - 1);
  CHECK_EQ(bench.memory.Size(second), line.size() - 1);
  bench.tree.Release(first, /*keep=*/true);
  bench.tree.Release(second, /*keep=*/true);
  bench.tree.Evict(3);
  CHECK_EQ(bench.tree.Match(line, line.size()), 10);
  CHECK_EQ(bench.memory.used(), 10);
  const Line branch = Line().Text("ab").Run(1, 6, 3).Text("cx");
  Attach(&bench, branch);
  CHECK_EQ(bench.memory.used(), 11);
  bench.tree.Evict(100);
  CHECK_EQ(bench.memory.used(), 10);
}
