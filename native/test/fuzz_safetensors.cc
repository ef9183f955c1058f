// Fuzzing of what reads a checkpoint's files, in two forms from one file:
//  * with -fsanitize=fuzzer: coverage-guided. An input is a safetensors file; or, when its
//    first byte is 'j' or 's', a tokenizer.json or a SentencePiece model after that byte.
//  * with -DABSTRACTLLM_FUZZ_MAIN: a program that writes the corpus, files that each break
//    one rule of the formats, and ends:
//      fuzz_safetensors_corpus folder
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "checkpoint/safetensors.h"
#include "checkpoint/sentencepiece.h"
#include "checkpoint/tokenizer_json.h"
#include "checkpoint/tokenizer_model.h"

namespace abstractllm::test {
namespace {

// As ReadSafetensors does it, without a disk.
void ReadInput(std::string_view file) {
  constexpr size_t kPrefix = 8;
  if (file.size() < kPrefix) return;
  uint64_t header = 0;
  std::memcpy(&header, file.data(), kPrefix);
  if (header > file.size() - kPrefix) return;
  const Result<SafetensorsHeader> result = ParseSafetensors(
      "fuzz", file.substr(kPrefix, static_cast<size_t>(header)), kPrefix + header, file.size());
  if (!result.ok()) return;
  // What the rest relies on.
  uint64_t expected = kPrefix + header;
  for (const SafetensorsEntry& tensor : result.value().tensors) {
    if (tensor.offset != expected || tensor.bytes > file.size() - tensor.offset) __builtin_trap();
    expected += tensor.bytes;
  }
  if (expected != file.size()) __builtin_trap();
}

void ReadTokenizer(std::string_view text) {
  const Result<TokenizerJson> json = ParseTokenizerJson("fuzz", text);
  if (json.ok()) TokenizerFromJson(json.value(), /*clean_up_spaces=*/false);
}

void ReadPieces(std::string_view bytes) {
  const Result<SentencePieceModel> model = ParseSentencePiece("fuzz", bytes);
  if (model.ok()) TokenizerFromSentencePiece(model.value());
}

}  // namespace
}  // namespace abstractllm::test

using namespace abstractllm::test;  // NOLINT: the entry points below are not ours to name

#ifndef ABSTRACTLLM_FUZZ_MAIN

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (!input.empty() && input.front() == 'j') {
    ReadTokenizer(input.substr(1));
  } else if (!input.empty() && input.front() == 's') {
    ReadPieces(input.substr(1));
  } else {
    ReadInput(input);
  }
  return 0;
}

#else

#include <cstdio>

#include "gguf_builder.h"
#include "safetensors_builder.h"
#include "tiny_checkpoint.h"

namespace {

struct Attack {
  const char* name;
  const char* header;
  size_t data_bytes;
};

constexpr Attack kAttacks[] = {
    {"hole", R"({"t":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})", 8},
    {"tail", R"({"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})", 8},
    {"overlap",
     R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})",
     6},
    {"twice",
     R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
     8},
    {"beyond", R"({"t":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}})", 8},
    {"backwards", R"({"t":{"dtype":"U8","shape":[4],"data_offsets":[8,4]}})", 8},
    {"overflow", R"({"t":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})",
     8},
    {"wide", R"({"t":{"dtype":"F64","shape":[4],"data_offsets":[0,8]}})", 8},
    {"unknown", R"({"t":{"dtype":"X8","shape":[8],"data_offsets":[0,8]}})", 8},
    {"negative", R"({"t":{"dtype":"U8","shape":[-8],"data_offsets":[0,8]}})", 8},
    {"empty", R"({"t":{"dtype":"U8","shape":[0,9],"data_offsets":[0,0]}})", 0},
    {"metadata", R"({"__metadata__":{"format":1}})", 0},
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_safetensors_corpus FOLDER\n");
    return 2;
  }
  const std::string folder = argv[1];
  SafetensorsBuilder good;
  good.AddFloats("a", {2, 2}, {1, 2, 3, 4}).Add("b", "BF16", {3}, "123456");
  bool ok = good.Write(folder + "/good.safetensors") &&
            WriteBytes(folder + "/good.json", 'j' + TinyTokenizerJson()) &&
            WriteBytes(folder + "/bomb.safetensors",
                       SafetensorsBuilder::Wrap("{\"t\":" + std::string(4096, '['), ""));
  for (const Attack& attack : kAttacks) {
    ok = WriteBytes(folder + '/' + attack.name + ".safetensors",
                    SafetensorsBuilder::Wrap(attack.header, std::string(attack.data_bytes, 'x'))) &&
         ok;
  }
  return ok ? 0 : 1;
}

#endif
