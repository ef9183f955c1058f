// How the KV cache stores its elements, checked against what the model can do.
#pragma once

#include "ggml.h"
#include "job.h"
#include "llama.h"
#include "status.h"

namespace abstractllm {

struct CacheTypes {
  ggml_type k;
  ggml_type v;
  llama_flash_attn_type flash_attention;
};

// Elements of one head's keys and of its values, as most layers have them.
struct HeadSizes {
  uint32_t k;
  uint32_t v;
};
HeadSizes HeadSizesOf(const llama_model* model);

// Errors: kUnsupportedFeature, naming the option, for what the engine would refuse or
// assert on: quantised values without flash attention, heads that are no whole number of
// blocks, different types where the model keeps keys and values together.
// What the request leaves open is f16 with flash attention where the device can; for a
// model of float32 weights (`exact`), which was asked to be exact, it is f32 without: the
// fused attention rounds to half precision on the way, whatever the cache holds.
Result<CacheTypes> ChooseCacheTypes(const LoadRequest& request, const llama_model* model,
                                    bool exact);

}  // namespace abstractllm
