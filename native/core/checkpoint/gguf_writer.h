// A VirtualGguf as a file on the disk, which appears complete or not at all.
#pragma once

#include <string>

#include "checkpoint/virtual_gguf.h"
#include "status.h"

namespace abstractllm {

// Makes the folder, writes to another name in it, and renames at the end; of two that write
// the same file at once, the later one wins. Errors: kAborted, kResource (a
// full or read-only disk), and those of reading, after any of which nothing is left.
Status WriteGguf(VirtualGguf& gguf, const std::string& path_utf8);

}  // namespace abstractllm
