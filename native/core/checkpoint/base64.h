// Base64, in which tokenizer.json keeps compiled normalisations.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace abstractllm {

// False if `text` is not Base64 with padding.
bool DecodeBase64(const std::string& text, std::vector<uint8_t>* bytes);

}  // namespace abstractllm
