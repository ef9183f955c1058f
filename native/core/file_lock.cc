#include "file_lock.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

namespace abstractllm {
namespace {

Status NoLock(const std::string& path, int error) {
  const std::string reason = std::system_category().message(error);
  return Status::Error(Code::kResource, "The file " + path + " cannot be locked: " + reason,
                       {{"path", path}, {"reason", reason}});
}

}  // namespace

#ifdef _WIN32

Result<std::unique_ptr<FileLock>> FileLock::TryTake(const std::string& path_utf8) {
  const std::filesystem::path path = std::filesystem::u8path(path_utf8);
  const HANDLE handle = CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                    OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (handle == INVALID_HANDLE_VALUE) return NoLock(path_utf8, static_cast<int>(GetLastError()));
  std::unique_ptr<FileLock> lock(new FileLock(handle));
  OVERLAPPED first_byte = {};
  const DWORD flags = LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY;
  if (LockFileEx(handle, flags, 0, 1, 0, &first_byte)) return lock;
  const DWORD error = GetLastError();
  if (error == ERROR_LOCK_VIOLATION || error == ERROR_IO_PENDING) {
    return std::unique_ptr<FileLock>();
  }
  return NoLock(path_utf8, static_cast<int>(error));
}

FileLock::~FileLock() { CloseHandle(handle_); }

#else

Result<std::unique_ptr<FileLock>> FileLock::TryTake(const std::string& path_utf8) {
  // Others of the group may use the same cache: the mode is the one that Python's hub gives.
  const int file = open(path_utf8.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0664);
  if (file < 0) return NoLock(path_utf8, errno);
  std::unique_ptr<FileLock> lock(new FileLock(file));
  while (flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    if (error == EINTR) continue;
    // Some file systems say EACCES for what another one holds.
    if (error == EWOULDBLOCK || error == EAGAIN || error == EACCES) {
      return std::unique_ptr<FileLock>();
    }
    return NoLock(path_utf8, error);
  }
  return lock;
}

FileLock::~FileLock() { close(handle_); }

#endif

}  // namespace abstractllm
