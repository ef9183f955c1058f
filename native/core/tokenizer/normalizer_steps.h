// The kinds of normalizers, each as one step. For normalizer.cc.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tokenizer/normalizer.h"
#include "tokenizer/pattern/pattern.h"
#include "tokenizer/unicode/decomposition.h"

namespace abstractllm {

using NormalizerPtr = std::unique_ptr<Normalizer>;

NormalizerPtr MakeNormalFormStep(NormalForm form);
NormalizerPtr MakeLowercaseStep();
// Drops marks.
NormalizerPtr MakeStripAccentsStep();
// Drops white space at the ends.
NormalizerPtr MakeStripStep(bool left, bool right);
NormalizerPtr MakePrependStep(std::string text);
NormalizerPtr MakeReplaceStep(Pattern pattern, std::string content);
// Moses' and SentencePiece's notion of white space.
NormalizerPtr MakeNmtStep();
// Bytes as characters of their alphabet.
NormalizerPtr MakeByteLevelStep();

// BERT's: each on its own.
NormalizerPtr MakeBertCleanStep();
NormalizerPtr MakeBertIdeographsStep();
NormalizerPtr MakeBertAccentsStep();

// SentencePiece's compiled rules. A null pointer if `charsmap` has another form.
NormalizerPtr MakePrecompiledStep(const std::vector<uint8_t>& charsmap);

}  // namespace abstractllm
