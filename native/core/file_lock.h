// Locks between processes that programs in other languages respect, too: Python's filelock
// takes the same ones (flock; LockFileEx over the first byte on Windows).
#pragma once

#include <memory>
#include <string>

#include "status.h"

namespace abstractllm {

// The lock of one file, held as long as this lives. The system releases it when the process
// ends, however that happens. Two of one process exclude each other like those of two.
// Thread: one at a time. Owns: the open file, which stays where it is: a lock file that is
// removed would let two hold "the same" lock.
class FileLock {
 public:
  // Takes the lock, and makes the file if it is missing; never waits. nullptr when somebody
  // else has it. Errors: kResource, when there is no such folder, no permission, or a file
  // system without locks; `details.reason` has the system's words.
  static Result<std::unique_ptr<FileLock>> TryTake(const std::string& path_utf8);

  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
#ifdef _WIN32
  using Handle = void*;
#else
  using Handle = int;
#endif
  explicit FileLock(Handle handle) : handle_(handle) {}

  Handle handle_;
};

}  // namespace abstractllm
