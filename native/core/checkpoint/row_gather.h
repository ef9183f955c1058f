// Copies rows out of a source tensor, as they are stored.
#pragma once

#include <cstdint>
#include <vector>

#include "checkpoint/plan_check.h"
#include "checkpoint/random_access_file.h"

namespace abstractllm {

// Rows first to first + count - 1 of `segment`, `columns` elements each, one after another
// to `out`. `buffer` is scratch that callers keep, a few megabytes at most. False if the
// file cannot be read. Thread: any, concurrently with different buffers.
bool GatherRows(const RandomAccessFile& file, const CheckedSegment& segment, uint64_t columns,
                uint64_t first, uint64_t count, uint8_t* out, std::vector<uint8_t>* buffer);

}  // namespace abstractllm
