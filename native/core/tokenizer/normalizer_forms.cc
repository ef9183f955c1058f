// Unicode's normalization forms.
#include <algorithm>
#include <optional>
#include <vector>

#include "tokenizer/character_rewrite.h"
#include "tokenizer/normalizer_steps.h"

namespace abstractllm {
namespace {

struct Part {
  uint8_t rank = 0;
  ChangedCharacter character;
};

// What the old text decomposes into from one inert character to the next.
void DecomposeStretch(std::string_view stretch, bool compatible, std::vector<Part>* result) {
  result->clear();
  char32_t parts[kMostParts];
  for (size_t at = 0; at < stretch.size();) {
    const Utf8Character old = CharacterAt(stretch, at);
    at += old.bytes;
    const size_t count = Decompose(old.code, compatible, parts);
    for (size_t i = 0; i < count; ++i) {
      result->push_back({CombiningRank(parts[i]), {parts[i], i == 0 ? 0 : 1}});
    }
  }
  // Marks in the order of their classes, between what is no mark.
  const auto is_starter = [](const Part& part) { return part.rank == 0; };
  for (auto begin = result->begin(); begin != result->end();) {
    if (is_starter(*begin)) {
      ++begin;
      continue;
    }
    const auto end = std::find_if(begin, result->end(), is_starter);
    std::stable_sort(begin, end, [](const Part& a, const Part& b) { return a.rank < b.rank; });
    begin = end;
  }
}

// Composes `parts` as far as possible.
void PutComposed(const std::vector<Part>& parts, std::vector<Part>* marks,
                 CharacterRewrite* rewrite) {
  std::optional<ChangedCharacter> starter;
  int last_rank = -1;  // of the last mark that did not compose
  marks->clear();
  const auto put_all = [&] {
    if (starter) rewrite->Put(*starter);
    for (const Part& mark : *marks) rewrite->Put(mark.character);
    marks->clear();
    last_rank = -1;
  };
  for (const Part& part : parts) {
    if (!starter && part.rank != 0) {
      rewrite->Put(part.character);
      continue;
    }
    const bool is_blocked = last_rank >= part.rank;
    std::optional<char32_t> composed;
    if (starter && !is_blocked) composed = Compose(starter->code, part.character.code);
    if (composed) {
      starter = {*composed, starter->change + part.character.change - 1};
    } else if (part.rank == 0) {
      put_all();
      starter = part.character;
    } else {
      marks->push_back(part);
      last_rank = part.rank;
    }
  }
  put_all();
}

class NormalFormStep final : public Normalizer {
 public:
  explicit NormalFormStep(NormalForm form)
      : inert_(InertCharacters(form)),
        compatible_(form == NormalForm::kNfkc || form == NormalForm::kNfkd),
        composes_(form == NormalForm::kNfc || form == NormalForm::kNfkc) {}

  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    const std::string_view old = text->text();
    size_t stretch = 0;
    size_t at = InertEnd(old, 0, &stretch);
    if (at == old.size()) return;
    TextRewrite rewrite(text, buffers);
    std::vector<Part> parts;
    std::vector<Part> marks;
    size_t kept = 0;
    while (at < old.size()) {
      // From the last inert character, which may compose, to the next.
      rewrite.Keep(kept, stretch);
      size_t end = at;
      while (end < old.size()) {
        const Utf8Character character = CharacterAt(old, end);
        if (inert_.Contains(character.code)) break;
        end += character.bytes;
      }
      DecomposeStretch(old.substr(stretch, end - stretch), compatible_, &parts);
      CharacterRewrite characters(&rewrite, stretch);
      if (composes_) {
        PutComposed(parts, &marks, &characters);
      } else {
        for (const Part& part : parts) characters.Put(part.character);
      }
      kept = end;
      at = InertEnd(old, end, &stretch);
    }
    rewrite.Keep(kept, old.size());
    rewrite.Finish();
  }

 private:
  // The first character from `at` on that is not inert; `last` is where the one before it
  // begins, or `at`.
  size_t InertEnd(std::string_view old, size_t at, size_t* last) const {
    *last = at;
    while (at < old.size()) {
      const size_t ascii = AsciiPrefix(old.substr(at));
      if (ascii > 0) {
        at += ascii;
        *last = at - 1;
        continue;
      }
      const Utf8Character character = CharacterAt(old, at);
      if (!inert_.Contains(character.code)) break;
      *last = at;
      at += character.bytes;
    }
    return at;
  }

  const CodePointSet& inert_;
  bool compatible_;
  bool composes_;
};

}  // namespace

NormalizerPtr MakeNormalFormStep(NormalForm form) { return std::make_unique<NormalFormStep>(form); }

}  // namespace abstractllm
