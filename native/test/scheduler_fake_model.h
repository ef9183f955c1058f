// A model without weights: what follows a token is a function of all tokens up to it. So a
// sequence that reads one wrong cell goes on differently, and a test sees it.
#pragma once

#include <cstdint>
#include <vector>

#include "scheduler_fake_memory.h"
#include "sequence.h"

namespace abstractllm::test {

// What a client asks for.
struct Wish {
  enum class Kind {
    kGenerate,  // tokens, one after the other
    kScore,     // a row for every token
    kEmbed,     // only the row of the last one
  };
  Kind kind = Kind::kGenerate;
  std::vector<int32_t> prompt;
  MediaRuns media;         // in the prompt
  int32_t max_tokens = 1;  // of kGenerate
  // Whether the model may end the text before max_tokens.
  bool may_end = false;
  // After so many generated tokens the first half is cut off and it begins again; 0: never.
  int32_t restart_after = 0;
  double priority = 0;
  bool reuses_prefix = true;

  // The most tokens that it can have in the cache.
  int32_t most_tokens() const {
    const auto size = static_cast<int32_t>(prompt.size());
    return kind == Kind::kGenerate ? size + max_tokens : size;
  }
};

// The likeliest token after `digest`.
int32_t NextToken(Digest digest);

// What becomes of a wish, one row of the model after the other. Knows no scheduler, so it
// also tells what should come out.
class Story {
 public:
  explicit Story(const Wish& wish) : wish_(wish) {}

  // `position` is the token that `row` follows. May append to or replace `tokens`; sets
  // `media` and `prompt_size` when it replaces them.
  Verdict Take(int32_t position, Digest row, std::vector<int32_t>* tokens, MediaRuns* media,
               int32_t* prompt_size);
  // One value for all rows that counted.
  Digest result() const;
  int32_t generated() const { return generated_; }

 private:
  Verdict TakeNext(Digest row, std::vector<int32_t>* tokens, MediaRuns* media,
                   int32_t* prompt_size);

  const Wish wish_;
  int32_t generated_ = 0;
  bool restarted_ = false;
  // By position, as a sequence that was preempted is scored again from its beginning.
  std::vector<Digest> rows_;
};

// The result of a wish that has the model for itself.
Digest ResultAlone(const Wish& wish);

// Thread: the test's.
class FakeOutput final : public SequenceOutput {
 public:
  // `faults` must outlive it.
  FakeOutput(const Wish& wish, Faults& faults) : wish_(wish), story_(wish), faults_(faults) {}

  bool wants_every_row() const override { return wish_.kind == Wish::Kind::kScore; }
  int32_t DraftsWanted(const Sequence& sequence, bool by_model) const override;
  void Start() override {}
  Result<Verdict> Take(Sequence* sequence, const OutputRows& rows, const PostEvent& post) override;
  std::optional<DoneEvent> Finish(Sequence* sequence, const PostEvent& post) override;

  const Story& story() const { return story_; }

 private:
  const Wish wish_;
  Story story_;
  Faults& faults_;
};

// Rows are pointers to floats; these two carry a digest through one.
constexpr size_t kFloatsOfDigest = sizeof(Digest) / sizeof(float);
void DigestToFloats(Digest digest, float* floats);
Digest DigestFromFloats(const float* floats);

}  // namespace abstractllm::test
