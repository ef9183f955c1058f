#include "memory_ledger.h"

#include "check.h"

using namespace abstractllm;

namespace {

uint64_t Used(const std::string& id) {
  for (const DeviceMemory& device : UsedMemory()) {
    if (device.id == id) return device.weights_bytes + device.kv_cache_bytes + device.compute_bytes;
  }
  return 0;
}

}  // namespace

TEST("memory_ledger: what models take adds up per device, and goes with them") {
  const uint64_t before = Used("test:0");
  {
    LedgerEntry one;
    LedgerEntry other;
    one.Set({{"test:0", 1, 2, 3}, {"test:1", 10, 0, 0}});
    other.Set({{"test:0", 100, 0, 0}});
    CHECK_EQ(Used("test:0"), before + 106);
    one.Set({{"test:0", 5, 0, 0}});
    CHECK_EQ(Used("test:0"), before + 105);
    CHECK_EQ(Used("test:1"), 0ull);
  }
  CHECK_EQ(Used("test:0"), before);
}
