#include "memory_plan.h"

#include <cerrno>
#include <system_error>
#include <vector>

#include "check.h"

using namespace abstractllm;

TEST("memory_plan: the engine's words for a lack of memory are known, and only those") {
  for (const std::string& reason : std::vector<std::string>{
           "error loading model: unable to allocate CPU buffer",
           "failed to allocate CPU buffer of size 1099511627776; error loading model: x",
           "insufficient memory (attempted to allocate 1048576.00 MB)",
           "error loading model: std::bad_alloc", "encountered bad_alloc error while reading key 7",
           "error loading model: mmap failed: " + std::generic_category().message(ENOMEM)}) {
    CHECK(SaysNoMemory(reason));
  }
  for (const char* reason : {"", "failed to open /data/alloc/model.gguf: No such file or directory",
                             "error loading model: missing tensor 'blk.0.alloc.weight'"}) {
    CHECK(!SaysNoMemory(reason));
  }
}
