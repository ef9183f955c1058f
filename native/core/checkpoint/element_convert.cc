#include "checkpoint/element_convert.h"

#include <algorithm>
#include <cstring>

// Compiles a function twice, and picks when the library is loaded: half the time on any
// x86 CPU since 2013. Sanitizers are not ready yet when that happens.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define ABSTRACTLLM_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define ABSTRACTLLM_CLONES
#endif

namespace abstractllm {
namespace {

struct NamedType {
  const char* name;
  SourceType type;
  size_t size;
  ggml_type engine;
};

constexpr NamedType kSources[] = {
    {"F16", SourceType::kF16, 2, GGML_TYPE_F16},
    {"BF16", SourceType::kBF16, 2, GGML_TYPE_BF16},
    {"F32", SourceType::kF32, 4, GGML_TYPE_F32},
    {"F64", SourceType::kF64, 8, GGML_TYPE_COUNT},
};

struct TargetType {
  const char* name;
  ggml_type type;
};

// What needs an importance matrix, or takes minutes per gigabyte, is not here.
constexpr TargetType kTargets[] = {
    {"F32", GGML_TYPE_F32},   {"F16", GGML_TYPE_F16},       {"BF16", GGML_TYPE_BF16},
    {"Q8_0", GGML_TYPE_Q8_0}, {"Q4_0", GGML_TYPE_Q4_0},     {"Q4_1", GGML_TYPE_Q4_1},
    {"Q5_0", GGML_TYPE_Q5_0}, {"Q5_1", GGML_TYPE_Q5_1},     {"Q2_K", GGML_TYPE_Q2_K},
    {"Q3_K", GGML_TYPE_Q3_K}, {"Q4_K", GGML_TYPE_Q4_K},     {"Q5_K", GGML_TYPE_Q5_K},
    {"Q6_K", GGML_TYPE_Q6_K}, {"IQ4_NL", GGML_TYPE_IQ4_NL}, {"IQ4_XS", GGML_TYPE_IQ4_XS},
};

inline uint32_t Bits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline float FromBits(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// The loops below have no branches, only selections: compilers make vectors of them for
// any CPU. ggml's own fast ones are in its CPU modules, out of reach of a portable build.

ABSTRACTLLM_CLONES void HalfToFloat(const uint16_t* source, float* out, size_t count) {
  constexpr uint32_t kExponent = 0x7C00u << 13;
  const float smallest = FromBits(113u << 23);  // 2^-14, where subnormals begin
  for (size_t i = 0; i < count; ++i) {
    const uint32_t magnitude = (source[i] & 0x7FFFu) << 13;
    const uint32_t exponent = magnitude & kExponent;
    const uint32_t normal = magnitude + (112u << 23);
    const uint32_t infinite = normal + (112u << 23);
    const uint32_t subnormal = Bits(FromBits(magnitude + (113u << 23)) - smallest);
    const uint32_t value = exponent == kExponent ? infinite : (exponent == 0 ? subnormal : normal);
    out[i] = FromBits(value | (source[i] & 0x8000u) << 16);
  }
}

// To nearest, ties to even; NaN stays NaN.
inline uint16_t HalfOf(float number) {
  constexpr uint32_t kInfinity = 255u << 23;
  constexpr uint32_t kTooLarge = (127u + 16) << 23;
  constexpr uint32_t kSmallestNormal = 113u << 23;
  const float magic = FromBits((127u - 15 + 23 - 10 + 1) << 23);
  const uint32_t bits = Bits(number);
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  const uint32_t special = magnitude > kInfinity ? 0x7E00u : 0x7C00u;
  const uint32_t subnormal = Bits(FromBits(magnitude) + magic) - Bits(magic);
  const uint32_t odd = magnitude >> 13 & 1;
  const uint32_t normal = (magnitude - (112u << 23) + 0xFFFu + odd) >> 13;
  const uint32_t value =
      magnitude >= kTooLarge ? special : (magnitude < kSmallestNormal ? subnormal : normal);
  return static_cast<uint16_t>(value | (bits >> 16 & 0x8000u));
}

ABSTRACTLLM_CLONES void FloatToHalf(const float* source, uint16_t* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = HalfOf(source[i]);
}

ABSTRACTLLM_CLONES void BfloatToFloat(const uint16_t* source, float* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = FromBits(uint32_t{source[i]} << 16);
}

ABSTRACTLLM_CLONES void FloatToBfloat(const float* source, uint16_t* out, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const uint32_t bits = Bits(source[i]);
    const uint32_t rounded = (bits + 0x7FFFu + (bits >> 16 & 1)) >> 16;
    const uint32_t quiet = bits >> 16 | 0x40u;
    out[i] = static_cast<uint16_t>((bits & 0x7FFFFFFFu) > 0x7F800000u ? quiet : rounded);
  }
}

constexpr size_t kQ8Block = 32;

// A block of Q8_0: the scale as a half, then one byte per element.
ABSTRACTLLM_CLONES void FloatToQ8(const float* source, uint8_t* out, size_t count) {
  constexpr float kMost = 127.0f;
  // Adding it leaves an integer in a float's lowest bits, rounded to nearest, ties to even.
  constexpr float kRounder = 12582912.0f;
  for (size_t block = 0; block < count / kQ8Block; ++block) {
    const float* values = source + block * kQ8Block;
    uint32_t largest = 0;
    for (size_t i = 0; i < kQ8Block; ++i) {
      largest = std::max(largest, Bits(values[i]) & 0x7FFFFFFFu);
    }
    const float peak = FromBits(largest);
    const float scale = peak / kMost;
    const float inverse = peak != 0 ? kMost / peak : 0;
    const uint16_t half = HalfOf(scale);
    uint8_t* bytes = out + block * (sizeof half + kQ8Block);
    std::memcpy(bytes, &half, sizeof half);
    for (size_t i = 0; i < kQ8Block; ++i) {
      bytes[sizeof half + i] =
          static_cast<uint8_t>(Bits(values[i] * inverse + kRounder) - Bits(kRounder));
    }
  }
}

ABSTRACTLLM_CLONES uint32_t LargestMagnitude(const float* values, size_t count) {
  uint32_t largest = 0;
  for (size_t i = 0; i < count; ++i) largest = std::max(largest, Bits(values[i]) & 0x7FFFFFFFu);
  return largest;
}

}  // namespace

bool FindSourceType(const std::string& name, SourceType* type) {
  for (const NamedType& source : kSources) {
    if (name != source.name) continue;
    *type = source.type;
    return true;
  }
  return false;
}

size_t SourceTypeSize(SourceType type) { return kSources[static_cast<size_t>(type)].size; }

ggml_type EngineTypeOf(SourceType type) { return kSources[static_cast<size_t>(type)].engine; }

ggml_type FindTargetType(const std::string& name) {
  for (const TargetType& target : kTargets) {
    if (name == target.name) return target.type;
  }
  return GGML_TYPE_COUNT;
}

void ConvertToFloat(SourceType type, const void* source, float* out, size_t count) {
  switch (type) {
    case SourceType::kF16:
      return HalfToFloat(static_cast<const uint16_t*>(source), out, count);
    case SourceType::kBF16:
      return BfloatToFloat(static_cast<const uint16_t*>(source), out, count);
    case SourceType::kF32:
      std::memcpy(out, source, count * sizeof(float));
      return;
    case SourceType::kF64: {
      const auto* values = static_cast<const double*>(source);
      for (size_t i = 0; i < count; ++i) out[i] = static_cast<float>(values[i]);
      return;
    }
  }
}

void ConvertFromFloat(ggml_type type, const float* source, void* out, size_t count,
                      size_t row_length) {
  switch (type) {
    case GGML_TYPE_F32:
      std::memcpy(out, source, count * sizeof(float));
      return;
    case GGML_TYPE_F16:
      return FloatToHalf(source, static_cast<uint16_t*>(out), count);
    case GGML_TYPE_BF16:
      return FloatToBfloat(source, static_cast<uint16_t*>(out), count);
    case GGML_TYPE_Q8_0:
      return FloatToQ8(source, static_cast<uint8_t*>(out), count);
    default:
      ggml_quantize_chunk(type, source, out, 0, static_cast<int64_t>(count / row_length),
                          static_cast<int64_t>(row_length), nullptr);
  }
}

bool AllFinite(const float* values, size_t count) {
  constexpr uint32_t kInfinity = 255u << 23;
  return LargestMagnitude(values, count) < kInfinity;
}

}  // namespace abstractllm
