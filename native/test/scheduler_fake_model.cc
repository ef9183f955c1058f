#include "scheduler_fake_model.h"

#include <cstring>

namespace abstractllm::test {
namespace {

// Few, so that unrelated texts meet now and then.
constexpr Digest kVocabulary = 7;
constexpr Digest kOneEndIn = 41;

}  // namespace

int32_t NextToken(Digest digest) { return static_cast<int32_t>((digest >> 8) % kVocabulary); }

Verdict Story::Take(int32_t position, Digest row, std::vector<int32_t>* tokens, MediaRuns* media,
                    int32_t* prompt_size) {
  if (wish_.kind == Wish::Kind::kGenerate) return TakeNext(row, tokens, media, prompt_size);
  rows_.resize(tokens->size());
  rows_[position] = row;
  return position + 1 == static_cast<int32_t>(tokens->size()) ? Verdict::kFinished
                                                              : Verdict::kContinue;
}

Verdict Story::TakeNext(Digest row, std::vector<int32_t>* tokens, MediaRuns* media,
                        int32_t* prompt_size) {
  rows_.push_back(row);
  ++generated_;
  if (wish_.may_end && (row >> 32) % kOneEndIn == 0) return Verdict::kFinished;
  tokens->push_back(NextToken(row));
  if (generated_ >= wish_.max_tokens) return Verdict::kFinished;
  if (restarted_ || generated_ != wish_.restart_after) return Verdict::kContinue;
  restarted_ = true;
  EraseTokens(0, static_cast<int32_t>(tokens->size() / 2), tokens, media);
  *prompt_size = static_cast<int32_t>(tokens->size());
  return Verdict::kRestart;
}

Digest Story::result() const {
  Digest result = kNoTokens;
  for (const Digest row : rows_) result = Extend(result ^ row, generated_);
  return result;
}

Digest ResultAlone(const Wish& wish) {
  Story story(wish);
  std::vector<int32_t> tokens = wish.prompt;
  MediaRuns media = wish.media;
  auto prompt_size = static_cast<int32_t>(tokens.size());
  if (wish.kind == Wish::Kind::kScore) {
    Digest digest = kNoTokens;
    for (int32_t i = 0; i < prompt_size; ++i) {
      digest = Extend(digest, tokens[i]);
      story.Take(i, digest, &tokens, &media, &prompt_size);
    }
    return story.result();
  }
  for (;;) {
    // From the beginning at first and after a restart, else one token further.
    Digest digest = DigestOf(tokens, tokens.size());
    Verdict verdict = Verdict::kContinue;
    while (verdict == Verdict::kContinue) {
      verdict = story.Take(static_cast<int32_t>(tokens.size()) - 1, digest, &tokens, &media,
                           &prompt_size);
      if (verdict == Verdict::kContinue) digest = Extend(digest, tokens.back());
    }
    if (verdict == Verdict::kFinished) return story.result();
  }
}

int32_t FakeOutput::DraftsWanted(const Sequence&, bool) const {
  return wish_.kind == Wish::Kind::kGenerate ? wish_.max_tokens - story_.generated() : 0;
}

Result<Verdict> FakeOutput::Take(Sequence* sequence, const OutputRows& rows, const PostEvent&) {
  const bool scores = wish_.kind == Wish::Kind::kScore;
  if (!scores) {
    faults_.ExpectEqual(rows.first, sequence->size() - 1, "the first row follows the last token");
  }
  const std::vector<int32_t> draft = sequence->draft;
  for (int32_t i = 0; i < rows.count; ++i) {
    const Digest row = DigestFromFloats(rows.row(i));
    const Verdict verdict = story_.Take(rows.first + i, row, &sequence->tokens, &sequence->media,
                                        &sequence->prompt_size);
    if (verdict != Verdict::kContinue) return verdict;
    // The next row follows the draft, which was right or is worth nothing.
    if (!scores && i + 1 < rows.count && draft[i] != sequence->tokens.back()) break;
  }
  return Verdict::kContinue;
}

std::optional<DoneEvent> FakeOutput::Finish(Sequence*, const PostEvent&) {
  return DoneEvent{Nothing{}};
}

void DigestToFloats(Digest digest, float* floats) { std::memcpy(floats, &digest, sizeof digest); }

Digest DigestFromFloats(const float* floats) {
  Digest digest = kNoTokens;
  std::memcpy(&digest, floats, sizeof digest);
  return digest;
}

}  // namespace abstractllm::test
