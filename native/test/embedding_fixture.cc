#include "embedding_fixture.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "backend.h"
#include "llama-cpp.h"
#include "tiny_bert.h"

namespace abstractllm::test {
namespace {

constexpr JobId kLoad = 1;
constexpr JobId kClose = 999999;

}  // namespace

const std::vector<std::string> kTexts = {"hello world", "the cat sat on the mat", "a dog",
                                         "the dog sat on a cat", "hello"};

std::vector<std::string> ManyTexts(size_t count, size_t longest) {
  const char* words[] = {"hello", "world", "the", "cat", "dog", "sat", "on", "mat", "xy"};
  std::mt19937 random(7);
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    std::string text;
    for (size_t word = random() % longest; word < longest; ++word) {
      text += (text.empty() ? "" : " ") + std::string(words[random() % 9]);
    }
    texts.push_back(text);
  }
  return texts;
}

Running::Running(const GgufBuilder& model, uint32_t context_size)
    : path(folder.Path("model.gguf")), engine(sink) {
  InitBackend("");
  model.Write(path);
  LoadRequest request;
  request.path = path;
  request.context_size = context_size;
  request.threads = 1;
  engine.Load(kLoad, request);
  loaded = CodeOf(sink.WaitForEnd(kLoad)) == Code::kOk;
}

Running::~Running() {
  engine.Close(kClose);
  sink.WaitForEnd(kClose);
  engine.Join();
}

Event Running::Run(Request request) {
  engine.Submit(++last_job, std::move(request));
  return sink.WaitForEnd(last_job);
}

const Status& StatusOf(const Event& event) { return std::get<FailedEvent>(event.what).status; }

int64_t IndexOf(const Event& event) {
  for (const auto& [name, value] : StatusOf(event).details) {
    if (name == "index") return std::get<int64_t>(value);
  }
  return -1;
}

Vectors Split(const EmbedResult& result) {
  Vectors vectors;
  auto at = result.values.begin();
  for (const int32_t rows : result.rows) {
    const auto end = at + rows * result.dimensions;
    vectors.emplace_back(at, end);
    at = end;
  }
  CHECK(at == result.values.end());
  return vectors;
}

Vectors Embed(Running& running, std::vector<std::string> texts, Pooling pooling, bool normalize) {
  return Split(ResultOf<EmbedResult>(running.Run(EmbedRequest{texts, pooling, normalize})));
}

float LargestDifference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size() || a.empty()) return INFINITY;
  float largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
  return largest;
}

std::vector<float> Reference(const std::string& path, const std::string& text,
                             enum llama_pooling_type pooling) {
  llama_model_ptr model(llama_model_load_from_file(path.c_str(), llama_model_default_params()));
  llama_context_params params = llama_context_default_params();
  params.n_ctx = params.n_batch = params.n_ubatch = 2048;
  params.n_threads = params.n_threads_batch = 1;
  params.embeddings = true;
  params.pooling_type = pooling;
  params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
  params.type_k = params.type_v = GGML_TYPE_F32;
  llama_context_ptr context(llama_init_from_model(model.get(), params));
  std::vector<int32_t> tokens(text.size() + 8);
  const int32_t count = llama_tokenize(
      llama_model_get_vocab(model.get()), text.data(), static_cast<int32_t>(text.size()),
      tokens.data(), static_cast<int32_t>(tokens.size()), /*add_special=*/true, false);
  llama_batch batch = llama_batch_init(count, 0, 1);
  for (int32_t i = 0; i < count; ++i) {
    batch.token[i] = tokens[static_cast<size_t>(i)];
    batch.pos[i] = i;
    batch.n_seq_id[i] = 1;
    batch.seq_id[i][0] = 0;
    batch.logits[i] = 1;
  }
  batch.n_tokens = count;
  const bool computed = llama_decode(context.get(), batch) == 0;
  llama_batch_free(batch);
  if (!computed) return {};
  if (pooling == LLAMA_POOLING_TYPE_NONE) {
    const float* rows = llama_get_embeddings(context.get());
    return {rows, rows + count * llama_model_n_embd_out(model.get())};
  }
  const float* vector = llama_get_embeddings_seq(context.get(), 0);
  const bool head = pooling == LLAMA_POOLING_TYPE_RANK;
  const auto width = head ? static_cast<int32_t>(llama_model_n_cls_out(model.get()))
                          : llama_model_n_embd_out(model.get());
  return {vector, vector + width};
}

GgufBuilder LongLlama() {
  TinyLlama model;
  model.context_length = 2048;
  return BuildTinyLlama(model);
}

GgufBuilder Classifier(uint32_t outputs, std::vector<std::string> labels) {
  TinyBert model;
  model.pooling = LLAMA_POOLING_TYPE_RANK;
  model.head_outputs = outputs;
  model.labels = std::move(labels);
  return BuildTinyBert(model);
}

}  // namespace abstractllm::test
