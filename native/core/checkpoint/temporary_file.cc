#include "checkpoint/temporary_file.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

#include "file_io.h"

#ifdef _WIN32
#include <process.h>
#else
#include <signal.h>
#include <unistd.h>
#endif

namespace abstractllm {
namespace {

namespace fs = std::filesystem;

constexpr char kEnding[] = ".part";
// More than anybody leaves; the rest goes next time.
constexpr size_t kMostFiles = 1000;

long ThisProcess() {
#ifdef _WIN32
  return static_cast<long>(_getpid());
#else
  return static_cast<long>(getpid());
#endif
}

// True when it cannot be known.
bool MayRun(long process) {
#ifdef _WIN32
  return process > 0;
#else
  return process <= 0 || kill(static_cast<pid_t>(process), 0) == 0 || errno != ESRCH;
#endif
}

// The process in a name of TemporaryName's; 0 for other names.
long ProcessOf(const std::string& name) {
  const size_t end = name.size() - (sizeof kEnding - 1);
  const size_t dot = end == 0 ? std::string::npos : name.rfind('.', end - 1);
  if (dot == std::string::npos) return 0;
  char* rest = nullptr;
  const long process = std::strtol(name.c_str() + dot + 1, &rest, 10);
  return *rest == '-' ? process : 0;
}

}  // namespace

std::string TemporaryName(const std::string& path) {
  static std::atomic<unsigned> count{0};
  const auto ticks = std::chrono::steady_clock::now().time_since_epoch().count();
  return path + '.' + std::to_string(ThisProcess()) + '-' + std::to_string(ticks) + '-' +
         std::to_string(count++) + kEnding;
}

void RemoveAbandonedFiles(const std::string& folder, const AbandonedAfter& after) {
  for (const std::string& name : ListFolder(folder, kEnding, kMostFiles)) {
    const long process = ProcessOf(name);
    if (process == 0) continue;  // not ours
    const fs::path path = fs::u8path(folder) / fs::u8path(name);
    std::error_code error;
    const auto written = fs::last_write_time(path, error);
    if (error) continue;
    const auto age = fs::file_time_type::clock::now() - written;
    const bool abandoned =
        age >= after.in_any_case || (age >= after.without_process && !MayRun(process));
    if (abandoned) fs::remove(path, error);
  }
}

}  // namespace abstractllm
