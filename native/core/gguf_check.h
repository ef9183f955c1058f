// The checks behind ValidateForLoading, one function per part of a model. Each states
// what llama.cpp takes for granted; the comments name the assertion that would fail.
#pragma once

#include <string>

#include "gguf_arrays.h"
#include "gguf_file.h"
#include "status.h"

namespace abstractllm {

// It is a language model of an architecture that the engine implements.
Status CheckKind(const GgufSummary& summary);
Status CheckHyperparameters(const GgufSummary& summary, GgufArrays& arrays);
Status CheckVocabulary(const GgufSummary& summary, GgufArrays& arrays);
// The engine's template parser calls itself for every bracket and operator.
Status CheckChatTemplates(const GgufSummary& summary);
// Types and alignment of the tensors; the engine itself checks their shapes.
Status CheckTensors(const GgufSummary& summary);

// A metadata entry that is wrong: "<key> is <what>".
Status BadEntry(const GgufSummary& summary, const std::string& key, const std::string& what);

}  // namespace abstractllm
