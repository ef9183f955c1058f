#include "checkpoint/checkpoint.h"

#include <cstring>
#include <filesystem>
#include <random>
#include <stdexcept>

#include "check.h"
#include "checkpoint/virtual_file.h"
#include "file_io.h"
#include "gguf_expect.h"
#include "llama.h"
#include "load_tiny_checkpoint.h"
#include "safetensors_builder.h"
#include "tiny_checkpoint.h"
#include "tiny_model.h"

namespace abstractllm::test {
namespace {

Status Open(const TinyCheckpoint& checkpoint) {
  const auto opened = Checkpoint::Open(checkpoint.plan, checkpoint.folder());
  return opened.ok() ? Status::Ok() : opened.status();
}

// All of the GGUF that a checkpoint makes; empty if that fails.
std::string Bytes(Checkpoint& checkpoint) {
  std::string bytes(checkpoint.summary().size_bytes, '\0');
  const auto read = [&](VirtualGguf& gguf) {
    size_t got = 0;
    for (size_t at = 0; at < bytes.size(); at += got) {
      if (!gguf.Read(at, bytes.data() + at, bytes.size() - at, &got) || got == 0) break;
    }
    return Status::Ok();
  };
  return checkpoint.Stream(2, kGoOn, read).ok() ? bytes : "";
}

}  // namespace

TEST("checkpoint: a character without a token is left out, as the reference does") {
  TinyCheckpoint checkpoint;
  REQUIRE(WriteBytes(checkpoint.plan.vocabulary.tokenizer_json,
                     R"({"normalizer":{"type":"Replace","pattern":{"String":" "},"content":"▁"},
                         "model":{"type":"BPE","vocab":{"▁":0,"a":1,"▁a":2},"merges":["▁ a"]}})"));
  auto loaded = Load(checkpoint);
  REQUIRE(loaded.ok());
  const Tokenizer& tokenizer = *loaded.value()->tokenizer;
  const auto tokens = tokenizer.Encode("a a", {});
  REQUIRE(tokens.ok());
  CHECK(tokens.value() == (std::vector<int32_t>{1, 2}));
  const auto without = tokenizer.Encode("a ba", {});
  REQUIRE(without.ok());
  CHECK(without.value() == (std::vector<int32_t>{1, 2}));
}

TEST("checkpoint: texts are split as the file says, also where the engine knows no such way") {
  const auto load = [](const std::string& pattern) {
    TinyCheckpoint checkpoint;
    std::string json = TinyTokenizerJson();
    const std::string bytes = R"({"type":"ByteLevel","add_prefix_space":false,"use_regex":true})";
    const std::string split =
        R"({"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":")" + pattern +
        R"("},"behavior":"Isolated","invert":false},)" + bytes + "]}";
    json.replace(json.find(bytes), bytes.size(), split);
    CHECK(WriteBytes(checkpoint.plan.vocabulary.tokenizer_json, json));
    return Load(checkpoint);
  };
  const auto known = load("b");
  REQUIRE(known.ok());
  const auto tokens = known.value()->tokenizer->Encode("abc", {});
  REQUIRE(tokens.ok());
  CHECK(tokens.value() == (std::vector<int32_t>{0, 1, 2}));
  EXPECT_FAILURE(load("(b)x\\\\1"), Code::kUnsupportedModel, "pre_tokenizer.pretokenizers[0]");
}

TEST("checkpoint: its model computes exactly what the same weights do as GGUF") {
  const TinyCheckpoint checkpoint;
  auto loaded = Load(checkpoint);
  REQUIRE(loaded.ok());
  const TinyModelFile file;
  auto reference = LoadTiny(file);
  REQUIRE(reference != nullptr);
  const std::vector<float> logits = LogitsOf(*loaded.value());
  REQUIRE(!logits.empty());
  CHECK(logits == LogitsOf(*reference));
}

TEST("checkpoint: generations end at the plan's tokens and no others") {
  auto loaded = Load(TinyCheckpoint());
  REQUIRE(loaded.ok());
  const Tokenizer& tokenizer = *loaded.value()->tokenizer;
  CHECK(tokenizer.IsEndOfGeneration(6));
  CHECK(tokenizer.IsEndOfGeneration(3));
  CHECK(!tokenizer.IsEndOfGeneration(0));
  CHECK(!tokenizer.IsEndOfGeneration(11));  // what the engine assumes without an id
}

TEST("checkpoint: a model in float32 computes in float32, its cache included") {
  TinyCheckpoint checkpoint;
  const auto cache_bytes = [&] {
    uint64_t bytes = 0;
    auto loaded = Load(checkpoint);
    if (!loaded.ok()) return bytes;
    for (const DeviceMemory& memory : loaded.value()->memory) bytes += memory.kv_cache_bytes;
    return bytes;
  };
  const uint64_t whole = cache_bytes();
  checkpoint.tensor("blk.0.ffn_up.weight").type = "BF16";
  CHECK(whole > 0);
  CHECK_EQ(whole, 2 * cache_bytes());
}

TEST("checkpoint: it is quantised while it loads") {
  for (const char* type : {"Q8_0", "Q4_0", "BF16", "F16"}) {
    TinyCheckpoint checkpoint;
    checkpoint.tensor("blk.0.ffn_up.weight").type = type;
    auto loaded = Load(checkpoint);
    REQUIRE(loaded.ok());
    CHECK(!LogitsOf(*loaded.value()).empty());
  }
  TinyCheckpoint odd;
  odd.tensor("blk.0.ffn_up.weight").type = "Q4_K";
  EXPECT_FAILURE(Open(odd), Code::kUnsupportedModel, "not a multiple of 256");
  odd.tensor("blk.0.ffn_up.weight").type = "IQ1_S";
  EXPECT_FAILURE(Open(odd), Code::kUnsupportedModel, "IQ1_S");
  odd.tensor("blk.0.ffn_up.weight").type = "";
  EXPECT_FAILURE(Open(odd), Code::kUnsupportedModel, "blk.0.ffn_up.weight");
}

TEST("checkpoint: the stream has the same bytes however it is read") {
  TinyCheckpoint checkpoint;
  checkpoint.tensor("blk.1.ffn_down.weight").type = "Q8_0";
  auto opened = Checkpoint::Open(checkpoint.plan, checkpoint.folder());
  REQUIRE(opened.ok());
  const std::string whole = Bytes(*opened.value());
  REQUIRE(!whole.empty());
  std::mt19937 random(7);
  const auto read = [&](VirtualGguf& gguf) {
    const VirtualFile file(&gguf, 2, VirtualFile::Part::kAll);
    for (int i = 0; i < 300; ++i) {
      const size_t offset = random() % whole.size();
      const size_t count = 1 + random() % (i % 3 == 0 ? 20000 : 300);
      std::string part(count, '?');
      CHECK_EQ(std::fseek(file.get(), static_cast<long>(offset), SEEK_SET), 0);
      part.resize(std::fread(part.data(), 1, count, file.get()));
      CHECK(part == whole.substr(offset, count));
    }
    return Status::Ok();
  };
  CHECK(opened.value()->Stream(2, kGoOn, read).ok());
}

TEST("checkpoint: progress reaches the end, and stops loading") {
  const TinyCheckpoint checkpoint;
  uint64_t last = 0;
  uint64_t total = 0;
  bool rising = true;
  auto loaded = LoadModel(RequestFor(checkpoint), [&](uint64_t done, uint64_t of) {
    rising = rising && done >= last && done <= of;
    last = done;
    total = of;
    return true;
  });
  REQUIRE(loaded.ok());
  CHECK(rising);
  CHECK(last > 0);
  CHECK_EQ(last, total);
  const auto stopped = LoadModel(RequestFor(checkpoint), [](uint64_t, uint64_t) { return false; });
  EXPECT_FAILURE(stopped, Code::kAborted, "");
}

TEST("checkpoint: a progress function that throws ends the load, not the process") {
  const auto outcome = LoadModel(RequestFor(TinyCheckpoint()), [](uint64_t, uint64_t) -> bool {
    throw std::runtime_error("thrown");
  });
  EXPECT_FAILURE(outcome, Code::kResource, "thrown");
}

TEST("checkpoint: a file that shrinks while it is loaded is an error") {
  const TinyCheckpoint checkpoint;
  bool cut = false;
  const auto outcome = LoadModel(RequestFor(checkpoint), [&](uint64_t, uint64_t) {
    for (const std::string& path : checkpoint.plan.files) {
      if (!cut) std::filesystem::resize_file(std::filesystem::u8path(path), 100);
    }
    cut = true;
    return true;
  });
  EXPECT_FAILURE(outcome, Code::kModelLoading, "cannot be read any more");
}

TEST("checkpoint: numbers that are not finite load, but are not quantised") {
  TinyCheckpoint checkpoint;
  checkpoint.tensor("output_norm.weight").segments.clear();
  checkpoint.tensor("output_norm.weight").values.assign(32, INFINITY);
  CHECK(Load(checkpoint).ok());
  PlanTensor& tensor = checkpoint.tensor("blk.0.ffn_up.weight");
  tensor.type = "Q8_0";
  tensor.add = 3e38f;
  CHECK(Load(checkpoint).ok());
  const std::string path = checkpoint.plan.files[tensor.segments[0].file];
  std::FILE* file = std::fopen(path.c_str(), "r+b");
  REQUIRE(file != nullptr);
  std::fseek(file, -4, SEEK_END);
  const float infinite = INFINITY;
  std::fwrite(&infinite, sizeof infinite, 1, file);
  std::fclose(file);
  for (PlanTensor& each : checkpoint.plan.tensors) {
    if (each.shape.size() == 2) each.type = "Q8_0";
  }
  EXPECT_FAILURE(Load(checkpoint), Code::kUnsupportedModel, "infinite or NaN");
}

TEST("checkpoint: a plan that does not fit its files is refused") {
  const auto with = [](const std::function<void(PlanTensor&, PlanSegment&)>& change,
                       const char* name = "blk.0.ffn_up.weight") {
    TinyCheckpoint checkpoint;
    PlanTensor& tensor = checkpoint.tensor(name);
    PlanSegment segment = tensor.segments[0];
    change(tensor, segment);
    if (!tensor.segments.empty()) tensor.segments[0] = segment;
    return Open(checkpoint);
  };
  using T = PlanTensor&;
  using S = PlanSegment&;
  const auto refused = [&](const Status& status, const char* fragment) {
    EXPECT_FAILURE(status, Code::kModelLoading, fragment);
    CHECK(!DetailText(status, "tensor").empty());
    CHECK(!DetailText(status, "path").empty());
  };
  refused(with([](T, S s) { s.file = 2; }), "file is not in the plan");
  refused(with([](T, S s) { s.tensor = "model.nothing"; }), "\"model.nothing\" is not in");
  refused(with([](T, S s) { s.rows = {{0, 65, 1}}; }), "has 64 rows");
  refused(with([](T, S s) { s.rows = {{1, 64, 1}}; }), "has 64 rows");
  refused(with([](T, S s) { s.rows = {{0, 64, 2}}; }), "has 64 rows");
  refused(with([](T, S s) { s.rows = {{0, 64, 0}}; }), "has 64 rows");
  refused(with([](T, S s) { s.rows = {{UINT64_MAX, 2, 1}}; }), "has 64 rows");
  refused(with([](T, S s) { s.rows = {{1, UINT64_MAX, UINT64_MAX}}; }), "has 64 rows");
  refused(with([](T, S s) { s.rows = {{0, 63, 1}}; }), "63 of its 64 rows");
  refused(with([](T, S s) { s.rows = {{0, 64, 1}, {0, 1, 1}}; }), "more than 64 rows");
  refused(with([](T, S s) { s.rows.clear(); }), "0 of its 64 rows");
  refused(with([](T, S s) { s.transpose = true; }), "has 32 rows");
  refused(with([](T, S s) { s.first_column = 1; }), "columns");
  refused(with([](T, S s) { s.first_column = UINT64_MAX; }), "columns");
  refused(with([](T, S s) { s.permute = HeadPermutation{4, 16, 0}; }), "rows and a permutation");
  const auto permuted = [&](HeadPermutation permutation) {
    return with([&](T, S s) {
      s.rows.clear();
      s.permute = permutation;
    });
  };
  refused(permuted({4, 17, 0}), "impossible permutation");
  refused(permuted({0, 16, 0}), "impossible permutation");
  refused(permuted({4, 18, 0}), "has 64 rows");
  refused(permuted({4, 16, 1}), "has 64 rows");
  refused(permuted({UINT64_MAX, UINT64_MAX - 1, 0}), "has 64 rows");
  refused(with([](T t, S) { t.shape = {}; }), "0 dimensions");
  refused(with([](T t, S) { t.shape = {32, 64, 1, 1, 1}; }), "5 dimensions");
  refused(with([](T t, S) { t.shape = {0, 64}; }), "shape is impossible");
  refused(with([](T t, S) { t.shape = {1u << 31, 1u << 31}; }), "shape is impossible");
  refused(with([](T t, S) { t.segments.clear(); }), "sources or values");
  refused(with([](T t, S) { t.values = {1}; }), "sources or values");
  refused(with([](T t, S) {
            t.segments.clear();
            t.values = {1};
          }),
          "1 values for 2048");
  refused(with([](T t, S) { t.add = NAN; }), "not finite");
  refused(with([](T t, S) { t.name = std::string(64, 'n'); }), "no proper name");
  refused(with([](T t, S) { t.name = "output.weight"; }), "planned twice");
  EXPECT_FAILURE(with(
                     [](T t, S s) {
                       t.type = "Q8_0";
                       s.rows = {{0, 16, 1}, {16, 16, 1}};
                     },
                     "output_norm.weight"),
                 Code::kUnsupportedModel, "one dimension");
}

TEST("checkpoint: metadata keeps to what is the plan's") {
  const auto with = [](const std::string& key) {
    TinyCheckpoint checkpoint;
    checkpoint.plan.metadata.push_back({key, uint32_t{1}});
    return Open(checkpoint);
  };
  for (const char* key :
       {"", "general.alignment", "split.count", "tokenizer.ggml.tokens", "llama.block_count"}) {
    EXPECT_FAILURE(with(key), Code::kModelLoading, key);
  }
  CHECK(with("tokenizer.ggml.token_type_count").ok());
  TinyCheckpoint unknown;
  unknown.plan.metadata[0].value = std::string("lama");
  EXPECT_FAILURE(Open(unknown), Code::kUnsupportedModel, "llama");
}

namespace {

// A rank-2 adapter of one matrix, whose change is `scale` times that of scale 1.
AdapterPlan AddAdapter(const TinyCheckpoint& checkpoint, float scale) {
  AdapterPlan plan;
  plan.path = checkpoint.folder();
  plan.files = {checkpoint.folder() + "/adapter.safetensors"};
  std::vector<float> a(2 * 32), b(64 * 2);
  for (size_t i = 0; i < a.size(); ++i) a[i] = 0.01f * static_cast<float>(i % 7);
  for (size_t i = 0; i < b.size(); ++i) b[i] = 0.01f * static_cast<float>(i % 5);
  SafetensorsBuilder file;
  file.AddFloats("a", {2, 32}, a).AddFloats("b", {64, 2}, b).Write(plan.files[0]);
  plan.metadata = {{"general.type", std::string("adapter")},
                   {"general.architecture", std::string("llama")},
                   {"adapter.type", std::string("lora")}};
  for (const char* name : {"a", "b"}) {
    PlanSegment segment;
    segment.tensor = name;
    segment.rows = {{0, name[0] == 'a' ? 2u : 64u, 1}};
    PlanTensor tensor;
    tensor.name = std::string("blk.0.ffn_up.weight.lora_") + name;
    tensor.shape = {name[0] == 'a' ? 32u : 2u, name[0] == 'a' ? 2u : 64u};
    tensor.type = "F32";
    tensor.scale = name[0] == 'a' ? scale : 1;
    tensor.segments = {segment};
    plan.tensors.push_back(tensor);
  }
  return plan;
}

}  // namespace

TEST("checkpoint: adapters change what the model computes") {
  TinyCheckpoint checkpoint;
  const auto logits = [&] {
    auto loaded = Load(checkpoint);
    return loaded.ok() ? LogitsOf(*loaded.value()) : std::vector<float>();
  };
  const std::vector<float> plain = logits();
  checkpoint.plan.adapters = {AddAdapter(checkpoint, 0)};
  CHECK(logits() == plain);
  checkpoint.plan.adapters = {AddAdapter(checkpoint, 50)};
  const std::vector<float> changed = logits();
  CHECK(!changed.empty());
  CHECK(changed != plain);
}

TEST("checkpoint: an adapter that does not fit is refused by name") {
  const auto with = [](const std::function<void(AdapterPlan&)>& change) {
    TinyCheckpoint checkpoint;
    AdapterPlan adapter = AddAdapter(checkpoint, 1);
    change(adapter);
    checkpoint.plan.adapters = {adapter};
    return Load(checkpoint);
  };
  using A = AdapterPlan&;
  CHECK(with([](A) {}).ok());
  EXPECT_FAILURE(with([](A a) { a.tensors.pop_back(); }), Code::kModelLoading, "missing one");
  EXPECT_FAILURE(with([](A a) { a.tensors[0].name = "blk.9.ffn_up.weight.lora_a"; }),
                 Code::kModelLoading, "");
  EXPECT_FAILURE(with([](A a) { a.metadata[1].value = std::string("qwen2"); }), Code::kModelLoading,
                 "mismatch");
  EXPECT_FAILURE(with([](A a) { a.metadata[0].value = uint32_t{1}; }), Code::kModelLoading,
                 "general.type");
  EXPECT_FAILURE(with([](A a) {
                   a.metadata.push_back({"adapter.lora.alpha", true});
                 }),
                 Code::kModelLoading, "adapter.lora.alpha");
  EXPECT_FAILURE(with([](A a) {
                   a.tensors[0].shape = {64};
                   a.tensors[0].segments[0].rows = {{0, 64, 1}};
                 }),
                 Code::kModelLoading, "no matrix");
  EXPECT_FAILURE(with([](A a) { a.tensors[1].name = "odd"; }), Code::kModelLoading, "odd");
}

TEST("checkpoint: a source that is quantised already is refused") {
  TinyCheckpoint checkpoint;
  const std::string& path = checkpoint.plan.files[0];
  SafetensorsBuilder file;
  file.Add("w", "F8_E4M3", {64, 32}, std::string(2048, 'x'));
  REQUIRE(file.Write(path));
  checkpoint.plan.tensors.resize(1);
  checkpoint.plan.tensors[0].shape = {32, 64};
  checkpoint.plan.tensors[0].segments[0].tensor = "w";
  checkpoint.plan.tensors[0].segments[0].rows = {{0, 64, 1}};
  EXPECT_FAILURE(Open(checkpoint), Code::kUnsupportedModel, "F8_E4M3");
}

}  // namespace abstractllm::test
