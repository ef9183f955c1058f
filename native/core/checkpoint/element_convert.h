// Numbers of a checkpoint as float32, and float32 as what the engine computes with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "ggml.h"

namespace abstractllm {

enum class SourceType { kF16, kBF16, kF32, kF64 };

// By the safetensors name; false for types that are not plain floating point.
bool FindSourceType(const std::string& name, SourceType* type);
size_t SourceTypeSize(SourceType type);
// The type of the engine with the same bits; GGML_TYPE_COUNT if there is none.
ggml_type EngineTypeOf(SourceType type);

// "F32", "Q8_0", ...; GGML_TYPE_COUNT for anything that ConvertFromFloat cannot make.
ggml_type FindTargetType(const std::string& name);

// Thread: any, concurrently, for all of them.
void ConvertToFloat(SourceType type, const void* source, float* out, size_t count);
// `count` is a multiple of the type's block size. Values that the type cannot hold become
// infinite, as the engine's own conversion does it.
void ConvertFromFloat(ggml_type type, const float* source, void* out, size_t count,
                      size_t row_length);

// Whether none is infinite or NaN: quantisers take the largest of a block as the measure of
// the others.
bool AllFinite(const float* values, size_t count);

}  // namespace abstractllm
