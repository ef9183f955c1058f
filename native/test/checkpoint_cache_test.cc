#include <filesystem>
#include <fstream>

#include "check.h"
#include "checkpoint/temporary_file.h"
#include "file_io.h"
#include "gguf_expect.h"
#include "load_tiny_checkpoint.h"

namespace abstractllm::test {
namespace {

namespace fs = std::filesystem;

// A process that is not there: the largest number that there can be, but for one.
constexpr char kNobody[] = "model.gguf.2147483646-1-0.part";

// Nobody has written to it for so long.
void Age(const std::string& path, std::chrono::seconds age) {
  fs::last_write_time(fs::u8path(path), fs::file_time_type::clock::now() - age);
}

}  // namespace

TEST("checkpoint_cache: a cached conversion is written once, loaded from its file, and repaired") {
  TinyLlama shape;
  shape.embedding = 256;
  shape.feed_forward = 256;
  TinyCheckpoint checkpoint(shape);
  checkpoint.plan.quantization = "Q4_K_M";
  checkpoint.plan.cache_path = checkpoint.folder() + "/new/cach\xC3\xA9.gguf";
  auto first = Load(checkpoint);
  REQUIRE(first.ok());
  const auto summary = ReadGguf(checkpoint.plan.cache_path);
  REQUIRE(summary.ok());
  const auto type_of = [&](const std::string& name) {
    for (const GgufTensor& tensor : summary.value().tensors) {
      if (tensor.name == name) return tensor.type_name;
    }
    return std::string();
  };
  CHECK_EQ(type_of("blk.0.attn_q.weight"), "q4_K");
  CHECK_EQ(type_of("output.weight"), "q6_K");
  CHECK_EQ(type_of("output_norm.weight"), "f32");
  CHECK(first.value()->tokenizer->IsEndOfGeneration(3));
  CHECK(ListFolder(checkpoint.folder() + "/new", ".part", 9).empty());

  // The weights are not needed any more.
  const std::vector<float> logits = LogitsOf(*first.value());
  for (const std::string& path : checkpoint.plan.files) std::filesystem::remove(path);
  auto second = Load(checkpoint);
  REQUIRE(second.ok());
  CHECK(LogitsOf(*second.value()) == logits);

  REQUIRE(WriteBytes(checkpoint.plan.cache_path, "GGUF"));
  EXPECT_FAILURE(Load(checkpoint), Code::kModelNotFound, "model-1.safetensors");
}

TEST("checkpoint_cache: nothing is left of a conversion that fails") {
  TinyCheckpoint checkpoint;
  checkpoint.plan.cache_path = checkpoint.folder() + "/cache.gguf";
  LoadRequest request = RequestFor(checkpoint);
  EXPECT_FAILURE(LoadModel(request, [](uint64_t, uint64_t) { return false; }), Code::kAborted, "");
  CHECK(ListFolder(checkpoint.folder(), "", 9) ==
        (std::vector<std::string>{"model-1.safetensors", "model-2.safetensors", "tokenizer.json"}));
  checkpoint.plan.cache_path = checkpoint.folder() + "/tokenizer.json/cache.gguf";
  EXPECT_FAILURE(Load(checkpoint), Code::kResource, "tokenizer.json/cache.gguf");
  checkpoint.plan.quantization = "Q4_K_XXL";
  EXPECT_FAILURE(Load(checkpoint), Code::kUnsupportedModel, "Q4_K_M");
}

TEST("checkpoint_cache: a file that the engine must not read is written again") {
  TinyCheckpoint checkpoint;
  checkpoint.plan.cache_path = checkpoint.folder() + "/cache.gguf";
  GgufBuilder bad = BuildTinyLlama();
  REQUIRE(bad.Set("llama.block_count", 0u).Write(checkpoint.plan.cache_path));
  auto loaded = Load(checkpoint);
  REQUIRE(loaded.ok());
  const auto summary = ReadGguf(checkpoint.plan.cache_path);
  REQUIRE(summary.ok());
  CHECK(ValidateForLoading(summary.value()).ok());
}

TEST("checkpoint_cache: what killed writers left is removed, and nothing else") {
  const TemporaryFolder folder;
  const std::string own = TemporaryName(folder.Path("model.gguf"));
  CHECK(own != TemporaryName(folder.Path("model.gguf")));
  const std::string nobody = folder.Path(kNobody);
  const std::string foreign = folder.Path("download.part");
  for (const std::string& path : {own, nobody, foreign}) {
    REQUIRE(WriteBytes(path, "x"));
    Age(path, std::chrono::hours(1));
  }
  RemoveAbandonedFiles(folder.Path(""));
  CHECK(fs::exists(fs::u8path(own)));
#ifndef _WIN32
  CHECK(!fs::exists(fs::u8path(nobody)));
#endif
  Age(own, std::chrono::hours(25));
  Age(foreign, std::chrono::hours(25));
  RemoveAbandonedFiles(folder.Path(""));
  CHECK(!fs::exists(fs::u8path(own)));
  CHECK(fs::exists(fs::u8path(foreign)));
  // Another machine may be writing it.
  REQUIRE(WriteBytes(nobody, "x"));
  RemoveAbandonedFiles(folder.Path(""));
  CHECK(fs::exists(fs::u8path(nobody)));
  RemoveAbandonedFiles(folder.Path("nowhere"));
}

TEST("checkpoint_cache: writing one removes what others left") {
  TinyCheckpoint checkpoint;
  checkpoint.plan.cache_path = checkpoint.folder() + "/cache.gguf";
  const std::string left = checkpoint.folder() + "/" + kNobody;
  REQUIRE(WriteBytes(left, "x"));
  Age(left, std::chrono::hours(25));
  REQUIRE(Load(checkpoint).ok());
  CHECK(!fs::exists(fs::u8path(left)));
}

}  // namespace abstractllm::test
