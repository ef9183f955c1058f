// Names of files that are being written, and what becomes of those whose writer was killed.
#pragma once

#include <chrono>
#include <string>

namespace abstractllm {

// Beside `path`; no other process and no other thread has this name.
std::string TemporaryName(const std::string& path_utf8);

// How long nobody has to have written to one before it counts as abandoned: when its
// process is not there, and in any case. Both, because a folder may be another machine's or
// another container's too, whose processes cannot be seen.
struct AbandonedAfter {
  std::chrono::seconds without_process = std::chrono::minutes(10);
  std::chrono::seconds in_any_case = std::chrono::hours(24);
};

// Removes what writers left in a folder, as far as the system lets it. Nothing throws but
// std::bad_alloc. Thread: any.
void RemoveAbandonedFiles(const std::string& folder_utf8, const AbandonedAfter& after = {});

}  // namespace abstractllm
