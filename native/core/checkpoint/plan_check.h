// Holds a plan against the files that it speaks of. What comes out can be executed without
// another look: every byte that it names is inside its file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checkpoint/element_convert.h"
#include "checkpoint/plan.h"
#include "checkpoint/safetensors.h"
#include "status.h"

namespace abstractllm {

// A source tensor as rows by columns.
struct SourceMatrix {
  uint32_t file = 0;
  SourceType type = SourceType::kF32;
  uint64_t offset = 0;  // in the file
  uint64_t rows = 0;
  uint64_t columns = 0;
};

// Rows of a destination that come from one source.
struct CheckedSegment {
  SourceMatrix source;
  bool transpose = false;
  uint64_t first_column = 0;
  uint64_t row_count = 0;
  std::vector<RowRange> ranges;            // not empty counts, in order;
  std::vector<uint64_t> range_starts;      // and which of the segment's rows each begins with
  std::optional<HeadPermutation> permute;  // or this instead

  // The source's row (or column, if transposed) for one of the segment's rows.
  uint64_t SourceRow(uint64_t row) const;
};

struct CheckedTensor {
  std::string name;
  std::vector<uint64_t> shape;  // as in the plan
  ggml_type type = GGML_TYPE_F32;
  float scale = 1;
  float add = 0;
  uint64_t rows = 0;  // by the plan's rules
  uint64_t columns = 0;
  uint64_t row_bytes = 0;
  uint64_t bytes = 0;
  std::vector<CheckedSegment> segments;
  std::vector<uint64_t> segment_starts;  // rows
  std::vector<float> values;
};

// Changes what a tensor becomes. Its columns are a multiple of the type's block size.
void SetTensorType(ggml_type type, CheckedTensor* tensor);

// The tensors' files are indices into `headers`.
// Errors: kUnsupportedModel (types that are not plain floating point, quantisations that
// do not fit), kModelLoading (a plan that does not fit the files), naming file and tensor.
Result<std::vector<CheckedTensor>> CheckPlan(const std::vector<PlanTensor>& tensors,
                                             const std::vector<SafetensorsHeader>& headers);

// The metadata's keys: present once, and none that belongs to the executor.
Status CheckPlanMetadata(const CheckpointPlan& plan);

}  // namespace abstractllm
