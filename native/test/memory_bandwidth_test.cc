#include "memory_bandwidth.h"

#include "backend.h"
#include "check.h"

using namespace abstractllm;

TEST("memory_bandwidth: is a rate that memory can have, each time") {
  InitBackend("");
  for (int i = 0; i < 2; ++i) {
    const Result<double> rate = MeasureMemoryBandwidth();
    REQUIRE(rate.ok());
    CHECK(rate.value() > 1e8);
    CHECK(rate.value() < 1e14);
  }
}
