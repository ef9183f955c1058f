#include "memory_ledger.h"

#include <map>
#include <mutex>
#include <utility>

namespace abstractllm {
namespace {

struct Ledger {
  std::mutex mutex;
  std::map<const LedgerEntry*, std::vector<DeviceMemory>> entries;
};

// Never freed: engines may end after static destruction began.
Ledger& TheLedger() {
  static auto* ledger = new Ledger();
  return *ledger;
}

}  // namespace

LedgerEntry::~LedgerEntry() { Clear(); }

void LedgerEntry::Clear() noexcept {
  Ledger& ledger = TheLedger();
  const std::lock_guard<std::mutex> lock(ledger.mutex);
  ledger.entries.erase(this);
}

void LedgerEntry::Set(std::vector<DeviceMemory> devices) {
  Ledger& ledger = TheLedger();
  const std::lock_guard<std::mutex> lock(ledger.mutex);
  ledger.entries[this] = std::move(devices);
}

std::vector<DeviceMemory> UsedMemory() {
  Ledger& ledger = TheLedger();
  const std::lock_guard<std::mutex> lock(ledger.mutex);
  std::vector<DeviceMemory> sum;
  for (const auto& [entry, devices] : ledger.entries) AddMemory(devices, &sum);
  return sum;
}

}  // namespace abstractllm
