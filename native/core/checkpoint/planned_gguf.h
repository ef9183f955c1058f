// A GGUF that a plan makes of safetensors files: the files, open and checked, and what to
// take from them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "checkpoint/gguf_header_builder.h"
#include "checkpoint/plan.h"
#include "checkpoint/plan_check.h"
#include "checkpoint/random_access_file.h"
#include "checkpoint/virtual_gguf.h"
#include "status.h"

namespace abstractllm {

// Owns: the open files and the header. Thread: one at a time.
class PlannedGguf {
 public:
  // Reads the files' headers and holds the tensors' plans against them.
  // Errors: those of ReadSafetensors and CheckPlan.
  Status Open(const std::vector<std::string>& files, const std::vector<PlanTensor>& tensors);

  // What was checked; types may still change, before Finish.
  std::vector<CheckedTensor>& tensors() { return tensors_; }
  // Writes the header, once.
  void Finish(const std::vector<PlanMetadata>& metadata);
  const GgufImage& image() const { return image_; }

  // After Finish. Lets `use` read the GGUF, whose tensors `threads` threads make. Returns
  // what `use` returns, or why the GGUF could not be read.
  Status Stream(int threads, const VirtualGguf::Progress& progress,
                const std::function<Status(VirtualGguf& gguf)>& use) const;

 private:
  std::vector<std::string> paths_;
  std::vector<std::unique_ptr<RandomAccessFile>> files_;
  std::vector<CheckedTensor> tensors_;
  GgufImage image_;
};

}  // namespace abstractllm
