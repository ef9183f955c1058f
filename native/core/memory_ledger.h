// What the models of this process take, whichever thread of JavaScript they belong to:
// budgets are for all of them together.
#pragma once

#include <vector>

#include "engine_memory.h"

namespace abstractllm {

// One model's entry, which goes with it. Thread: any.
class LedgerEntry {
 public:
  LedgerEntry() = default;
  ~LedgerEntry();
  LedgerEntry(const LedgerEntry&) = delete;
  LedgerEntry& operator=(const LedgerEntry&) = delete;

  // Without memory for it, nothing changes (std::bad_alloc).
  void Set(std::vector<DeviceMemory> devices);
  void Clear() noexcept;
};

// The sum of all entries. Thread: any.
std::vector<DeviceMemory> UsedMemory();

}  // namespace abstractllm
