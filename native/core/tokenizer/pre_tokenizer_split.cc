// Cuts by pattern.
#include <utility>

#include "tokenizer/pre_tokenizer_steps.h"

namespace abstractllm {
namespace {

class SplitStep final : public PreTokenizer {
 public:
  SplitStep(Pattern pattern, SplitBehavior behavior, bool inverted)
      : pattern_(std::move(pattern)), behavior_(behavior), inverted_(inverted) {}

  void Apply(PreTokens* tokens) const override {
    const std::string_view text = tokens->text.text();
    SplitPieces(tokens, [&](size_t begin, size_t end, std::vector<Piece>* pieces) {
      StretchSplitter splitter(behavior_, pieces);
      // A piece is matched by itself: nobody looks beyond its ends.
      Pattern::Finder finder(pattern_, text.substr(begin, end - begin), &tokens->scratch);
      size_t behind = begin;
      PatternMatch match;
      while (finder.Next(&match)) {
        const size_t match_begin = begin + match.begin;
        if (behind != match_begin) splitter.Add(behind, match_begin, inverted_);
        behind = begin + match.end;
        splitter.Add(match_begin, behind, !inverted_);
      }
      if (behind != end) splitter.Add(behind, end, inverted_);
      splitter.Finish();
    });
  }

 private:
  Pattern pattern_;
  SplitBehavior behavior_;
  bool inverted_;
};

}  // namespace

PreTokenizerPtr MakeSplitStep(Pattern pattern, SplitBehavior behavior, bool inverted) {
  return std::make_unique<SplitStep>(std::move(pattern), behavior, inverted);
}

}  // namespace abstractllm
