// Classes of characters in brackets.
#pragma once

#include "tokenizer/pattern/pattern_reader.h"

namespace abstractllm {

// Behind a '[', to its ']': with ranges, escapes, classes inside, POSIX names and
// intersections (&&). `ignores_case` as (?i) has it. Errors: the reader's.
CodePointRanges ParseClass(PatternReader* reader, bool ignores_case);

// `set` with the other case of its ASCII letters, and what Unicode folds to them.
// Errors: the reader's, for other letters of which it has one case and not the other: how
// those fold is not known here.
CodePointRanges IgnoringCase(PatternReader* reader, const CodePointRanges& set);

}  // namespace abstractllm
