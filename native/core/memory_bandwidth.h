// How fast this machine reads memory: what generating a token is made of, because every
// weight is read once for each.
#pragma once

#include "status.h"

namespace abstractllm {

// Bytes per second that the cores used for inference read together, of memory too large for
// their caches. Takes about a tenth of a second and up to 256 MiB. Thread: any but
// JavaScript's, after InitBackend. Errors: kResource without memory or threads.
Result<double> MeasureMemoryBandwidth();

}  // namespace abstractllm
