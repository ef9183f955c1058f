// The numbers that a projector says of one of its encoders, in the ranges and types that the
// engine takes for granted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gguf_file.h"
#include "status.h"

namespace abstractllm {

// Thread: one at a time. The summary outlives it.
class ProjectorMetadata {
 public:
  // `encoder` is "vision" or "audio": keys are "clip.<encoder>.<name>".
  ProjectorMetadata(const GgufSummary& summary, const std::string& encoder)
      : summary_(summary), prefix_("clip." + encoder + ".") {}

  std::string Key(const std::string& name) const { return prefix_ + name; }
  const GgufEntry* Find(const std::string& name) const { return summary_.Find(Key(name)); }

  // A whole number from `least` to `most`; what is not there is `otherwise`, or an error.
  bool ReadNumber(const std::string& name, std::optional<uint64_t> otherwise, uint64_t least,
                  uint64_t most, uint64_t* value);
  // A number from 0 to 1 that has to be there.
  bool CheckEpsilon(const std::string& name);
  // Of the whole file, "clip.use_gelu" for example: a bool, if it is there.
  bool CheckFlag(const std::string& key);

  bool Fail(const std::string& key, const std::string& what);
  // Of the first of these that returned false.
  const Status& status() const { return status_; }

 private:
  const GgufSummary& summary_;
  const std::string prefix_;
  Status status_;
};

// Whether the file is a projector with this encoder. Errors: kUnsupportedModel.
Status CheckEncoderKind(const GgufSummary& summary, const std::string& encoder);

// What the file calls the type of the projector of this encoder; "" if it does not say.
std::string ProjectorTypeName(const GgufSummary& summary, const std::string& encoder);

}  // namespace abstractllm
