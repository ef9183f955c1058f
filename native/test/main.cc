// Runs all registered tests, or those whose name contains argv[1]. ctest runs the
// whole binary once per source file's prefix (see CMakeLists.txt).
#include <cstdio>
#include <cstring>
#include <mutex>
#include <vector>

#include "check.h"

namespace abstractllm::test {
namespace {

struct Case {
  const char* name;
  std::function<void()> body;
};

std::vector<Case>& Cases() {
  static std::vector<Case> cases;
  return cases;
}

std::mutex failure_mutex;
int failures_in_case = 0;

}  // namespace

Registration::Registration(const char* name, std::function<void()> body) {
  Cases().push_back({name, std::move(body)});
}

void Fail(const char* file, int line, const std::string& message) {
  std::lock_guard<std::mutex> lock(failure_mutex);
  ++failures_in_case;
  std::printf("  %s:%d: %s\n", file, line, message.c_str());
}

int RunAll(const char* filter) {
  int ran = 0;
  int failed = 0;
  for (const Case& test : Cases()) {
    if (filter != nullptr && std::strstr(test.name, filter) == nullptr) continue;
    failures_in_case = 0;
    ++ran;
    test.body();
    std::printf("%s  %s\n", failures_in_case == 0 ? "ok    " : "FAILED", test.name);
    std::fflush(stdout);
    if (failures_in_case != 0) ++failed;
  }
  std::printf("%d passed, %d failed\n", ran - failed, failed);
  return failed == 0 && ran > 0 ? 0 : 1;
}

}  // namespace abstractllm::test

int main(int argc, char** argv) { return abstractllm::test::RunAll(argc > 1 ? argv[1] : nullptr); }
