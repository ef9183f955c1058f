// Measures loading a checkpoint against loading a GGUF file of the same weights, without
// mapping it, and what each takes at most in memory. Both files are read once before, so
// that the disk does not count.
//
//   load_checkpoint write FOLDER [qwen2-0.5b|tiny]    a bf16 checkpoint, and its GGUF
//   load_checkpoint gguf|bf16|q8_0|q4_0 FOLDER        loads it once, and prints JSON
//
// One load per process: memory is measured by its peak. `npm run bench` runs it (scenario
// "load").
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "backend.h"
#include "checkpoint/checkpoint.h"
#include "checkpoint/gguf_writer.h"
#include "compute_threads.h"
#include "ggml.h"

#ifndef _WIN32
#include <sys/resource.h>
#endif

namespace abstractllm {
namespace {

// Figures of Qwen2 0.5B's published configuration.
struct Shape {
  const char* name;
  uint32_t vocabulary, embedding, layers, feed_forward, heads, kv_heads;
};
constexpr Shape kShapes[] = {
    {"qwen2-0.5b", 151936, 896, 24, 4864, 14, 2},
    {"tiny", 4096, 256, 4, 704, 4, 2},
};

struct Matrix {
  std::string name;
  uint64_t rows;  // 0: a vector
  uint64_t columns;
};

std::vector<Matrix> Matrices(const Shape& shape) {
  const uint64_t kv = shape.embedding / shape.heads * shape.kv_heads;
  const uint64_t width = shape.embedding;
  std::vector<Matrix> list = {{"token_embd.weight", shape.vocabulary, width},
                              {"output_norm.weight", 0, width}};
  for (uint32_t layer = 0; layer < shape.layers; ++layer) {
    const std::string prefix = "blk." + std::to_string(layer) + '.';
    for (const Matrix& matrix :
         std::vector<Matrix>{{"attn_norm.weight", 0, width},
                             {"attn_q.weight", width, width},
                             {"attn_q.bias", 0, width},
                             {"attn_k.weight", kv, width},
                             {"attn_k.bias", 0, kv},
                             {"attn_v.weight", kv, width},
                             {"attn_v.bias", 0, kv},
                             {"attn_output.weight", width, width},
                             {"ffn_norm.weight", 0, width},
                             {"ffn_gate.weight", shape.feed_forward, width},
                             {"ffn_up.weight", shape.feed_forward, width},
                             {"ffn_down.weight", width, shape.feed_forward}}) {
      list.push_back({prefix + matrix.name, matrix.rows, matrix.columns});
    }
  }
  return list;
}

uint64_t Elements(const Matrix& matrix) {
  return (matrix.rows == 0 ? 1 : matrix.rows) * matrix.columns;
}

bool WriteCheckpoint(const std::string& path, const std::vector<Matrix>& matrices) {
  std::string header = "{";
  uint64_t at = 0;
  for (const Matrix& matrix : matrices) {
    const std::string rows = matrix.rows == 0 ? "" : std::to_string(matrix.rows) + ",";
    const uint64_t end = at + Elements(matrix) * 2;
    header += (at == 0 ? "\"" : ",\"") + matrix.name + R"(":{"dtype":"BF16","shape":[)" + rows +
              std::to_string(matrix.columns) + R"(],"data_offsets":[)" + std::to_string(at) + ',' +
              std::to_string(end) + "]}";
    at = end;
  }
  header += '}';
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const uint64_t size = header.size();
  bool ok = std::fwrite(&size, sizeof size, 1, file) == 1 &&
            std::fwrite(header.data(), 1, header.size(), file) == header.size();
  // The same block of random numbers over and over: speed does not depend on them.
  std::mt19937 random(42);
  std::normal_distribution<float> normal(0, 0.02f);
  std::vector<ggml_bf16_t> block(size_t{1} << 20);
  for (ggml_bf16_t& value : block) value = ggml_fp32_to_bf16(normal(random));
  for (uint64_t left = at / 2; ok && left > 0;) {
    const auto count = static_cast<size_t>(std::min<uint64_t>(left, block.size()));
    ok = std::fwrite(block.data(), sizeof block[0], count, file) == count;
    left -= count;
  }
  return std::fclose(file) == 0 && ok;
}

bool WriteTokenizer(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  std::fputs(
      R"({"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},
          "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}})",
      file);
  return std::fclose(file) == 0;
}

CheckpointPlan PlanFor(const Shape& shape, const std::string& folder, const std::string& type) {
  CheckpointPlan plan;
  plan.files = {folder + "/model.safetensors"};
  plan.metadata = {{"general.architecture", std::string("qwen2")},
                   {"qwen2.context_length", uint32_t{32768}},
                   {"qwen2.embedding_length", shape.embedding},
                   {"qwen2.block_count", shape.layers},
                   {"qwen2.feed_forward_length", shape.feed_forward},
                   {"qwen2.attention.head_count", shape.heads},
                   {"qwen2.attention.head_count_kv", shape.kv_heads},
                   {"qwen2.attention.layer_norm_rms_epsilon", 1e-6f},
                   {"qwen2.rope.freq_base", 1e6f}};
  plan.vocabulary.tokenizer_json = folder + "/tokenizer.json";
  plan.vocabulary.size = shape.vocabulary;
  for (const Matrix& matrix : Matrices(shape)) {
    PlanTensor tensor;
    tensor.name = matrix.name;
    tensor.shape = {matrix.columns};
    if (matrix.rows > 0) tensor.shape.push_back(matrix.rows);
    tensor.type = matrix.rows > 0 ? type : "F32";
    PlanSegment segment;
    segment.tensor = matrix.name;
    segment.rows = {{0, matrix.rows == 0 ? 1 : matrix.rows, 1}};
    tensor.segments = {segment};
    plan.tensors.push_back(std::move(tensor));
  }
  return plan;
}

double PeakMebibytes() {
#ifdef _WIN32
  return 0;
#else
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  return static_cast<double>(usage.ru_maxrss) / (1 << 20);
#else
  return static_cast<double>(usage.ru_maxrss) / (1 << 10);
#endif
#endif
}

void Touch(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return;
  std::vector<char> block(size_t{1} << 20);
  while (std::fread(block.data(), 1, block.size(), file) > 0) continue;
  std::fclose(file);
}

const VirtualGguf::Progress kGoOn = [](uint64_t, uint64_t) { return true; };

int Fail(const Status& status) {
  std::fprintf(stderr, "%s\n", status.message.c_str());
  return 1;
}

int Write(const Shape& shape, const std::string& folder) {
  if (!WriteCheckpoint(folder + "/model.safetensors", Matrices(shape)) ||
      !WriteTokenizer(folder + "/tokenizer.json")) {
    return Fail(Status::Error(Code::kInternal, "The folder cannot be written to."));
  }
  auto checkpoint = Checkpoint::Open(PlanFor(shape, folder, "BF16"), folder);
  if (!checkpoint.ok()) return Fail(checkpoint.status());
  const Status status = checkpoint.value()->Stream(UsableCores(), kGoOn, [&](VirtualGguf& gguf) {
    return WriteGguf(gguf, folder + "/model.gguf");
  });
  return status.ok() ? 0 : Fail(status);
}

int Load(const Shape& shape, const std::string& folder, const std::string& what) {
  using Clock = std::chrono::steady_clock;
  Touch(folder + (what == "gguf" ? "/model.gguf" : "/model.safetensors"));
  static ggml_backend_dev_t no_devices[] = {nullptr};
  llama_model_params params = llama_model_default_params();
  params.devices = no_devices;
  params.load_mode = LLAMA_LOAD_MODE_NONE;
  const auto start = Clock::now();
  llama_model_ptr model;
  if (what == "gguf") {
    model.reset(llama_model_load_from_file((folder + "/model.gguf").c_str(), params));
  } else {
    const std::string type = what == "q8_0" ? "Q8_0" : what == "q4_0" ? "Q4_0" : "BF16";
    auto checkpoint = Checkpoint::Open(PlanFor(shape, folder, type), folder);
    if (!checkpoint.ok()) return Fail(checkpoint.status());
    auto loaded = checkpoint.value()->Load(params, UsableCores(), kGoOn);
    if (!loaded.ok()) return Fail(loaded.status());
    model = std::move(loaded.value());
  }
  if (model == nullptr) return Fail(Status::Error(Code::kInternal, "The GGUF did not load."));
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("{\"seconds\": %.3f, \"peak_mib\": %.0f, \"weights_mib\": %.0f}\n", seconds,
              PeakMebibytes(), static_cast<double>(llama_model_size(model.get())) / (1 << 20));
  return 0;
}

}  // namespace
}  // namespace abstractllm

int main(int argc, char** argv) {
  using namespace abstractllm;
  if (argc < 3) {
    std::fprintf(stderr, "usage: load_checkpoint write|gguf|bf16|q8_0|q4_0 FOLDER [SHAPE]\n");
    return 2;
  }
  const Shape* shape = &kShapes[0];
  for (const Shape& candidate : kShapes) {
    if (argc > 3 && std::strcmp(argv[3], candidate.name) == 0) shape = &candidate;
  }
  if (const Status status = InitBackend(""); !status.ok()) return Fail(status);
  const std::string what = argv[1];
  return what == "write" ? Write(*shape, argv[2]) : Load(*shape, argv[2], what);
}
