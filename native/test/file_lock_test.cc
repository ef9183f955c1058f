#include "file_lock.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "check.h"

#ifndef _WIN32
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace fs = std::filesystem;
using abstractllm::Code;
using abstractllm::FileLock;

namespace {

// A folder of its own for each test, and gone after it.
struct Folder {
  explicit Folder(const std::string& name) : path(fs::temp_directory_path() / name) {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  std::string File(const std::string& name) const { return (path / name).u8string(); }
  fs::path path;
};

}  // namespace

TEST("file_lock: one at a time has it, also within a process") {
  const Folder folder("abstractllm file lock \xC3\xA9");
  const std::string file = folder.File("a.lock");
  auto first = FileLock::TryTake(file);
  REQUIRE(first.ok() && first.value() != nullptr);
  auto second = FileLock::TryTake(file);
  CHECK(second.ok() && second.value() == nullptr);
  auto other = FileLock::TryTake(folder.File("b.lock"));
  CHECK(other.ok() && other.value() != nullptr);

  first.value().reset();
  auto third = FileLock::TryTake(file);
  CHECK(third.ok() && third.value() != nullptr);
}

TEST("file_lock: what is in the file stays, and the file, too") {
  const Folder folder("abstractllm file lock content");
  const std::string file = folder.File("a.lock");
  std::ofstream(file) << "whose it is";
  { CHECK(FileLock::TryTake(file).ok()); }
  std::ifstream in(file);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  CHECK_EQ(text, "whose it is");
}

TEST("file_lock: says why there can be none") {
  const Folder folder("abstractllm file lock missing");
  const auto taken = FileLock::TryTake(folder.File("missing/a.lock"));
  REQUIRE(!taken.ok());
  CHECK(taken.status().code == Code::kResource);
  CHECK(taken.status().message.find("cannot be locked") != std::string::npos);
}

#ifndef _WIN32
TEST("file_lock: a process that is killed holds it no longer") {
  const Folder folder("abstractllm file lock killed");
  const std::string file = folder.File("a.lock");
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto taken = FileLock::TryTake(file);
    const char is_held = taken.ok() && taken.value() != nullptr ? 'y' : 'n';
    if (write(ready[1], &is_held, 1) != 1) _exit(1);
    for (;;) pause();
  }
  char is_held = 'n';
  REQUIRE(read(ready[0], &is_held, 1) == 1);
  CHECK_EQ(is_held, 'y');
  const auto meanwhile = FileLock::TryTake(file);
  CHECK(meanwhile.ok() && meanwhile.value() == nullptr);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const auto after = FileLock::TryTake(file);
  CHECK(after.ok() && after.value() != nullptr);
  close(ready[0]);
  close(ready[1]);
}
#endif
