// What to make of a Hugging Face checkpoint, as src/checkpoint plans it: a GGUF's metadata,
// and for each of its tensors which rows of which source tensors it consists of. A plan is
// data from outside: plan_check.h holds it against the files before anything is read by it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "may_be_valueless.h"

namespace abstractllm {

// A flag in an array: std::vector<bool> has no elements to point at.
enum class PlanFlag : uint8_t { kFalse, kTrue };

using PlanValue =
    std::variant<uint32_t, int32_t, uint64_t, float, bool, std::string, std::vector<uint32_t>,
                 std::vector<int32_t>, std::vector<float>, std::vector<PlanFlag>,
                 std::vector<std::string>, std::vector<uint8_t>, MayBeValueless>;

struct PlanMetadata {
  std::string key;
  PlanValue value;
};

// Rows first, first + step, ... of the source, `count` of them.
struct RowRange {
  uint64_t first = 0;
  uint64_t count = 0;
  uint64_t step = 1;
};

// The rows of each of `heads` heads, `head_rows` rows long, as the rotation of GGUF's
// llama family wants them: row 2i comes from the head's first half, row 2i + 1 from its second.
struct HeadPermutation {
  uint64_t heads = 0;
  uint64_t head_rows = 0;
  uint64_t first = 0;  // source row where the first head begins
};

// Part of a tensor, from one source tensor. A source counts as rows by columns: its last
// dimension is the columns, all others together are the rows. For a tensor of one
// dimension, whose rows may have one element each, see PlanTensor.
struct PlanSegment {
  uint32_t file = 0;  // index into CheckpointPlan::files
  std::string tensor;
  bool transpose = false;     // the source's columns are what counts as its rows
  uint64_t first_column = 0;  // of a range as long as the destination's rows
  std::vector<RowRange> rows;
  std::optional<HeadPermutation> permute;  // instead of `rows`
};

// A tensor of the GGUF. Its rows are filled from the segments in their order, or, with no
// segments, all of it from `values`.
//
// A tensor of one dimension is one row if its segments name one row in all, and otherwise a
// column: sources then count as columns too, whatever their shape, so that a bias takes the
// same rows as the matrix that it belongs to.
struct PlanTensor {
  std::string name;             // "blk.0.attn_q.weight"
  std::vector<uint64_t> shape;  // columns first, as ggml counts
  std::string type;             // "F32", "BF16", "Q8_0", ...: ggml's name, in capitals
  float scale = 1;              // what every element is multiplied by
  float add = 0;                // and what is added to it then
  std::vector<PlanSegment> segments;
  std::vector<float> values;
};

// A token by its id or its text.
using PlanToken = std::variant<uint32_t, std::string, MayBeValueless>;

struct PlanVocabulary {
  std::string tokenizer_json;   // absolute path; empty: none
  std::string tokenizer_model;  // likewise
  uint32_t size = 0;            // rows of the embedding
  std::optional<PlanToken> bos, eos, unk, sep, pad, cls, mask;
  std::vector<PlanToken> stop;  // every token that ends a generation
  std::optional<bool> add_bos, add_eos;
  std::optional<bool> clean_up_spaces;
  std::string chat_template;  // empty: none
};

// A LoRA adapter as a GGUF of its own: pairs of "<tensor of the model>.lora_a" and ".lora_b".
struct AdapterPlan {
  std::string path;  // for messages
  std::vector<std::string> files;
  std::vector<PlanMetadata> metadata;
  std::vector<PlanTensor> tensors;
};

struct CheckpointPlan {
  std::vector<std::string> files;  // absolute paths, UTF-8
  std::vector<PlanMetadata> metadata;
  PlanVocabulary vocabulary;
  std::vector<PlanTensor> tensors;
  std::vector<AdapterPlan> adapters;  // added to the model while it computes
  // A mixture of types by llama.cpp's rules, such as "Q4_K_M", which then chooses the types
  // of the tensors that it quantises; empty: the plan's own. Only with a cache_path.
  std::string quantization;
  std::string cache_path;  // of a GGUF to write and then load; empty: none
};

}  // namespace abstractllm
