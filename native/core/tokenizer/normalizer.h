// What a tokenizer does to a text before it cuts it.
#pragma once

#include <memory>
#include <string>

#include "checkpoint/json_value.h"
#include "status.h"
#include "tokenizer/aligned_text.h"

namespace abstractllm {

// Thread: any, concurrently; calls share nothing but `text` and `buffers`.
class Normalizer {
 public:
  virtual ~Normalizer() = default;

  // Rewrites `text`, or leaves it alone where it already is as it should be.
  virtual void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const = 0;
};

// From the member of a tokenizer.json that describes it, at `path` there ("normalizer").
// A null pointer for null: nothing to do.
// Errors: kUnsupportedModel for kinds and patterns that are not known, kModelLoading for
// ill-formed descriptions; both name the path.
Result<std::unique_ptr<Normalizer>> MakeNormalizer(const JsonValue& spec, const std::string& path);

}  // namespace abstractllm
