// Turns pictures and sounds into embeddings: implemented over the engine's encoders, and by a
// small fake in tests.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine_memory.h"
#include "media/image_tile.h"
#include "status.h"

namespace abstractllm {

// The embeddings that a tile becomes. With M-RoPE they are a grid: columns * rows = tokens.
struct TileShape {
  int32_t tokens = 0;
  int32_t columns = 0;
  int32_t rows = 0;
};

class MediaEncoder {
 public:
  virtual ~MediaEncoder() = default;

  // By the tile's size and kind; its content does not count. Thread: any; cheap.
  // Errors: kMedia for sizes that the model cannot take.
  virtual Result<TileShape> Shape(const ImageTile& tile) const = 0;
  // Floats per token: llama_model_n_embd_inp of the language model. Thread: any.
  virtual int32_t embedding_size() const = 0;
  // Whether the model reads the embeddings like text, each seeing those before it. Else the
  // embeddings of a tile see each other, and are computed in one call. Thread: any.
  virtual bool causal() const = 0;
  // What it takes on each device. Thread: the inference thread.
  virtual std::vector<DeviceMemory> Memory() const { return {}; }
  // Shape().tokens * embedding_size() floats. Takes the ComputeTurn on a CPU by itself.
  // `interrupted` is asked often; true ends the call with kAborted. Thread: the inference
  // thread. Errors: those of Shape, kMedia, kAborted, kResource, kGeneration.
  virtual Result<std::vector<float>> Encode(const ImageTile& tile,
                                            const std::function<bool()>& interrupted) = 0;
};

}  // namespace abstractllm
