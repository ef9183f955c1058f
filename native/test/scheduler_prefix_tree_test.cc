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

}  // namespace

TEST("scheduler_prefix_tree: a sequence takes over what another has computed") {
  Bench bench(2);
  bench.Attach("abcdef");
  const SeqId second = bench.tree.Attach({}, 0);
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
  const SeqId second = bench.tree.Attach({}, 0);
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
  const SeqId first = bench.tree.Attach({}, 0);
  const SeqId second = bench.tree.Attach({}, 0);
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
  const SeqId only = bench.tree.Attach({}, 0);
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
  CHECK(bench.tree.Attach({}, 0) != kNoSequence);
  CHECK_EQ(bench.Match("abcdef"), 6);
}

TEST("scheduler_prefix_tree: no id is left when all are attached") {
  Bench bench(2);
  const SeqId first = bench.Attach("ab");
  bench.tree.Attach({}, 0);
  CHECK_EQ(bench.tree.Attach({}, 0), kNoSequence);
  bench.tree.Release(first, /*keep=*/true);
  CHECK_EQ(bench.tree.Attach({}, 0), first);
}

TEST("scheduler_prefix_tree: a needed id costs the cached sequence that is worth least") {
  Bench bench(2);
  bench.Cache("abcd");
  bench.Cache("wxyz");
  bench.tree.Attach({}, 0);
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
