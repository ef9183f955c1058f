#include "machine_memory.h"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <sstream>

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace abstractllm {
namespace {

constexpr uint64_t kNoLimit = MachineMemory::kNoLimit;

uint64_t LeftOf(uint64_t limit, uint64_t used) {
  if (limit == kNoLimit) return kNoLimit;
  return used < limit ? limit - used : 0;
}

#ifdef __linux__

// The number in a file of one; kNoLimit if there is none ("max", or no such file).
uint64_t ReadNumber(const std::string& path) {
  std::ifstream file(path);
  uint64_t number = 0;
  return file >> number ? number : kNoLimit;
}

// The number behind `key` in a file of "key number" lines; 0 if there is none.
uint64_t ReadKey(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string name;
    uint64_t number = 0;
    if (words >> name && name == key && words >> number) return number;
  }
  return 0;
}

// "/a/b" -> "/a"; "/a" -> ""; "" stays.
std::string Parent(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

struct GroupNames {
  const char* usage;
  const char* cache;  // in memory.stat: pages of files that nobody used lately
  std::initializer_list<const char*> limits;
};

const GroupNames kVersion1 = {
    "/memory.usage_in_bytes", "total_inactive_file", {"/memory.limit_in_bytes"}};
// Beyond memory.high the kernel slows the group down until it is below again.
const GroupNames kVersion2 = {"/memory.current", "inactive_file", {"/memory.max", "/memory.high"}};

// Takes over the limit of a folder if it leaves less than what is known.
void ReadGroup(const std::string& folder, const GroupNames& names, MachineMemory* memory) {
  uint64_t limit = kNoLimit;
  for (const char* name : names.limits) limit = std::min(limit, ReadNumber(folder + name));
  // Version 1 says "no limit" with the largest number of pages.
  if (limit >= (uint64_t{1} << 62)) return;
  const uint64_t used = ReadNumber(folder + names.usage);
  if (used == kNoLimit) return;
  const uint64_t cache = ReadKey(folder + "/memory.stat", names.cache);
  const uint64_t kept = used - std::min(used, cache);
  if (LeftOf(limit, kept) >= LeftOf(memory->group_limit_bytes, memory->group_used_bytes)) return;
  memory->group_limit_bytes = limit;
  memory->group_used_bytes = kept;
}

// From a group up to the root: each level may limit.
void ReadGroups(const std::string& root, std::string group, const GroupNames& names,
                MachineMemory* memory) {
  if (group == "/") group.clear();
  ReadGroup(root, names, memory);
  for (; !group.empty(); group = Parent(group)) ReadGroup(root + group, names, memory);
}

// /proc/self/cgroup: "0::/user.slice" for version 2, "7:memory:/docker/..." for version 1.
void ReadControlGroups(const MachineFiles& files, MachineMemory* memory) {
  std::ifstream file(files.proc + "/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {
    const size_t first = line.find(':');
    const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string group = line.substr(second + 1);
    if (controllers == ",,") ReadGroups(files.cgroup, group, kVersion2, memory);
    if (controllers.find(",memory,") != std::string::npos) {
      ReadGroups(files.cgroup + "/memory", group, kVersion1, memory);
    }
  }
}

uint64_t LimitOf(decltype(RLIMIT_AS) resource) {
  struct rlimit limit = {};
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kNoLimit;
  return static_cast<uint64_t>(limit.rlim_cur);
}

constexpr uint64_t kKibibyte = 1024;

void ReadProcess(const MachineFiles& files, MachineMemory* memory) {
  const std::string status = files.proc + "/self/status";
  memory->address_used_bytes = ReadKey(status, "VmSize:") * kKibibyte;
  memory->data_used_bytes = ReadKey(status, "VmData:") * kKibibyte;
  memory->address_limit_bytes = LimitOf(RLIMIT_AS);
  memory->data_limit_bytes = LimitOf(RLIMIT_DATA);
}

#endif

}  // namespace

uint64_t MachineMemory::spendable_bytes() const {
  return std::min({available_bytes, LeftOf(group_limit_bytes, group_used_bytes),
                   LeftOf(address_limit_bytes, address_used_bytes),
                   LeftOf(data_limit_bytes, data_used_bytes)});
}

MachineMemory ReadMachineMemory(const MachineFiles& files) {
  MachineMemory memory;
#ifdef __linux__
  const std::string meminfo = files.proc + "/meminfo";
  memory.total_bytes = ReadKey(meminfo, "MemTotal:") * kKibibyte;
  memory.available_bytes = ReadKey(meminfo, "MemAvailable:") * kKibibyte;
  ReadProcess(files, &memory);
  ReadControlGroups(files, &memory);
#else
  static_cast<void>(files);
#endif
  return memory;
}

}  // namespace abstractllm
