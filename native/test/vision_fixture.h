// Tiny checkpoints that see, with what transformers makes of a picture (test/fixtures/vision).
#pragma once

#include <string>
#include <vector>

#include "media/image_tile.h"
#include "media/vision_encoder.h"

namespace abstractllm::test {

struct VisionReference {
  ImageTile tile;
  std::vector<float> features;  // rows, one behind the other
  size_t rows = 0;
};

// All fixtures.
std::vector<std::string> VisionFixtures();

// The folder of a fixture.
std::string VisionFolder(const std::string& name);

// Its tiles, in their order; none if they cannot be read.
std::vector<VisionReference> ReadVisionReferences(const std::string& folder);

// For the fixture's plan, weights in the types that the plan says.
VisionRequest VisionRequestFor(const std::string& folder);

// 1 minus the least cosine of two lists of rows; 2 if their sizes differ.
double LargestTurn(const std::vector<float>& a, const std::vector<float>& b, size_t rows);

}  // namespace abstractllm::test
