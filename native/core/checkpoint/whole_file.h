// A small file of a checkpoint, whole.
#pragma once

#include <cstdint>
#include <string>

#include "status.h"

namespace abstractllm {

// The bytes of a file of `limit` bytes at most. Errors: kModelNotFound, kModelLoading with
// the path and the reason. Throws std::bad_alloc only.
Result<std::string> ReadWholeFile(const std::string& path_utf8, uint64_t limit);

}  // namespace abstractllm
