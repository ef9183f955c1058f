// What the machine's memory could still give to this process: the kernel's word, the limits
// of control groups above the process, and its own resource limits.
#pragma once

#include <cstdint>
#include <string>

namespace abstractllm {

// Bytes; kNoLimit where there is no such limit.
struct MachineMemory {
  static constexpr uint64_t kNoLimit = UINT64_MAX;

  uint64_t total_bytes = 0;                 // of the machine; 0 where the system does not say
  uint64_t available_bytes = 0;             // without swapping, by the kernel
  uint64_t group_limit_bytes = kNoLimit;    // the control group that leaves least
  uint64_t group_used_bytes = 0;            // of it, what the kernel cannot simply drop
  uint64_t address_limit_bytes = kNoLimit;  // of address space (ulimit -v)
  uint64_t address_used_bytes = 0;
  uint64_t data_limit_bytes = kNoLimit;  // of private memory (ulimit -d)
  uint64_t data_used_bytes = 0;

  // The least of what all of these leave.
  uint64_t spendable_bytes() const;
};

// Where Linux tells. Tests have folders of their own.
struct MachineFiles {
  std::string proc = "/proc";
  std::string cgroup = "/sys/fs/cgroup";
};

// Both versions of control groups, in containers too, where a group's own folder is the root
// of what can be seen. Files that are missing limit nothing. Zeros on other systems than
// Linux, whose numbers ggml gives. Thread: any.
MachineMemory ReadMachineMemory(const MachineFiles& files = {});

}  // namespace abstractllm
