// Where the engine's tensors on the CPU begin.
#pragma once

namespace abstractllm {

// Cache lines, and the widest registers of a CPU.
constexpr unsigned kHostAlignment = 64;

// Lets tensors that the engine allocates on the CPU begin at cache lines. ggml's own 32 bytes
// leave it to the sizes of what lies before: with an odd number of outputs, each access of 64
// bytes to each activation crossed a line, and prompts took one and a half times as long.
// Mapped weights stay where their file has them.
// Thread: any; before the first model is loaded. A second time does nothing.
void AlignHostTensors();

}  // namespace abstractllm
