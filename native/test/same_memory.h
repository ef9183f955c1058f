// Compares what a dry run counts with what was taken.
#pragma once

#include <cstddef>
#include <vector>

#include "check.h"
#include "engine_memory.h"

namespace abstractllm::test {

inline void CheckSameMemory(const std::vector<DeviceMemory>& a,
                            const std::vector<DeviceMemory>& b) {
  REQUIRE(a.size() == b.size());
  CHECK(!a.empty());
  for (size_t i = 0; i < a.size(); ++i) {
    CHECK_EQ(a[i].id, b[i].id);
    CHECK_EQ(a[i].weights_bytes, b[i].weights_bytes);
    CHECK_EQ(a[i].kv_cache_bytes, b[i].kv_cache_bytes);
    CHECK_EQ(a[i].compute_bytes, b[i].compute_bytes);
  }
}

}  // namespace abstractllm::test
