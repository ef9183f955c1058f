// Where the parts of a model lie.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace abstractllm {

// On devices beside the CPU lie the last layers of the model and its output, which counts as
// one more layer, so that data cross to them once. The rows of the vocabulary are always
// looked up on the CPU.
struct Placement {
  // Ids as ListDevices gives them, in the order of their layers. None: whatever is there
  // takes all layers, unless the request keeps to the CPU.
  std::vector<std::string> devices;
  std::vector<uint32_t> layers;  // of each device, the output included
  // Beginnings of names of tensors that lie on the CPU nevertheless: "blk.3.ffn_up_exps".
  std::vector<std::string> on_cpu;
};

}  // namespace abstractllm
