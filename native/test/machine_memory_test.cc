#include "machine_memory.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "check.h"
#include "gguf_builder.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr uint64_t kGibibyte = 1ull << 30;

// A machine of files: 16 GiB, of which 10 are available.
class FakeMachine {
 public:
  FakeMachine() {
    Write(
        "proc/meminfo",
        "MemTotal:       16777216 kB\nMemFree:         1048576 kB\nMemAvailable:   10485760 kB\n");
    Write("proc/self/status",
          "Name:\tnode\nVmSize:\t 4194304 kB\nVmData:\t 1048576 kB\n"
          "VmRSS:\t  131072 kB\n");
  }

  void Write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = std::filesystem::u8path(folder_.Path(name));
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }

  MachineMemory Read() const {
    MachineMemory memory = ReadMachineMemory({folder_.Path("proc"), folder_.Path("cgroup")});
    // Those of the process that runs the tests.
    memory.address_limit_bytes = MachineMemory::kNoLimit;
    memory.data_limit_bytes = MachineMemory::kNoLimit;
    return memory;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

#ifdef __linux__

TEST("machine_memory: without groups and limits, the kernel's word counts") {
  const MachineMemory memory = FakeMachine().Read();
  CHECK_EQ(memory.total_bytes, 16 * kGibibyte);
  CHECK_EQ(memory.available_bytes, 10 * kGibibyte);
  CHECK_EQ(memory.spendable_bytes(), 10 * kGibibyte);
}

TEST("machine_memory: a group of version 2 limits, and pages of files that idle do not count") {
  const FakeMachine machine;
  machine.Write("proc/self/cgroup", "0::/app/worker\n");
  machine.Write("cgroup/app/worker/memory.max", "4294967296\n");
  machine.Write("cgroup/app/worker/memory.current", "3221225472\n");
  machine.Write("cgroup/app/worker/memory.stat", "anon 1\ninactive_file 2147483648\n");
  const MachineMemory memory = machine.Read();
  CHECK_EQ(memory.group_limit_bytes, 4 * kGibibyte);
  CHECK_EQ(memory.group_used_bytes, kGibibyte);
  CHECK_EQ(memory.spendable_bytes(), 3 * kGibibyte);
}

TEST("machine_memory: the group that leaves least counts, whichever of the parents it is") {
  const FakeMachine machine;
  machine.Write("proc/self/cgroup", "0::/app/worker\n");
  machine.Write("cgroup/app/worker/memory.max", "max\n");
  machine.Write("cgroup/app/worker/memory.current", "1073741824\n");
  machine.Write("cgroup/app/memory.max", "2147483648\n");
  machine.Write("cgroup/app/memory.current", "1610612736\n");
  CHECK_EQ(machine.Read().spendable_bytes(), kGibibyte / 2);
  // The kernel slows down what is beyond memory.high.
  machine.Write("cgroup/app/worker/memory.high", "1342177280\n");
  CHECK_EQ(machine.Read().spendable_bytes(), kGibibyte / 4);
}

TEST("machine_memory: in a container, the root of what is seen is the group") {
  const FakeMachine machine;
  machine.Write("proc/self/cgroup", "0::/\n");
  machine.Write("cgroup/memory.max", "2147483648\n");
  machine.Write("cgroup/memory.current", "1073741824\n");
  CHECK_EQ(machine.Read().spendable_bytes(), kGibibyte);
}

TEST("machine_memory: groups of version 1 limit, and their largest number does not") {
  const FakeMachine machine;
  machine.Write("proc/self/cgroup", "12:cpu,cpuacct:/x\n7:memory:/docker/abc\n0::/\n");
  machine.Write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  machine.Write("cgroup/memory/memory.usage_in_bytes", "9663676416\n");
  CHECK_EQ(machine.Read().spendable_bytes(), 10 * kGibibyte);
  machine.Write("cgroup/memory/docker/abc/memory.limit_in_bytes", "3221225472\n");
  machine.Write("cgroup/memory/docker/abc/memory.usage_in_bytes", "2147483648\n");
  machine.Write("cgroup/memory/docker/abc/memory.stat", "total_inactive_file 1073741824\n");
  CHECK_EQ(machine.Read().spendable_bytes(), 2 * kGibibyte);
}

TEST("machine_memory: a group that has passed its limit leaves nothing") {
  const FakeMachine machine;
  machine.Write("proc/self/cgroup", "0::/\n");
  machine.Write("cgroup/memory.max", "1000\n");
  machine.Write("cgroup/memory.current", "2000\n");
  CHECK_EQ(machine.Read().spendable_bytes(), 0ull);
}

TEST("machine_memory: limits of the process count what it has already") {
  MachineMemory memory = FakeMachine().Read();
  memory.address_limit_bytes = 5 * kGibibyte;
  CHECK_EQ(memory.spendable_bytes(), kGibibyte);
  memory.data_limit_bytes = kGibibyte;
  CHECK_EQ(memory.spendable_bytes(), 0ull);
}

TEST("machine_memory: this machine has some") {
  const MachineMemory memory = ReadMachineMemory();
  CHECK(memory.total_bytes > 0);
  CHECK(memory.spendable_bytes() <= memory.total_bytes);
}

#endif
