// The shapes of real models, from their published configurations.
#pragma once

#include <cstdint>
#include <string>

namespace abstractllm::bench {

struct ModelShape {
  const char* name;
  const char* architecture;  // as GGUF spells it
  uint32_t vocabulary, embedding, layers, feed_forward, heads, kv_heads, context;
  float rope_base;
};

// Null if there is none of that name.
const ModelShape* FindShape(const std::string& name);

// All names, for people.
std::string ShapeNames();

}  // namespace abstractllm::bench
