#include <algorithm>
#include <cmath>
#include <random>
#include <thread>

#include "backend.h"
#include "check.h"
#include "embedding/pooled_prepare.h"
#include "embedding/pooled_runner.h"
#include "embedding/pooling.h"
#include "embedding/text_pair.h"
#include "engine.h"
#include "engine_private.h"
#include "ggml-backend.h"
#include "recording_sink.h"
#include "tiny_bert.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

constexpr JobId kLoad = 1;
constexpr JobId kClose = 999999;
constexpr float kTolerance = 1e-5f;
// An encoder's keys and values have 16 bits when it reads many tokens at once.
constexpr float kFusedTolerance = 2e-4f;

// A file of its own, and an engine that has it loaded, closed at the end.
struct Running {
  explicit Running(const GgufBuilder& model, uint32_t context_size = 0) : engine(sink) {
    InitBackend("");
    path = folder.Path("model.gguf");
    model.Write(path);
    LoadRequest request;
    request.path = path;
    request.context_size = context_size;
    request.threads = 1;
    engine.Load(kLoad, request);
    loaded = CodeOf(sink.WaitForEnd(kLoad)) == Code::kOk;
  }
  ~Running() {
    engine.Close(kClose);
    sink.WaitForEnd(kClose);
    engine.Join();
  }

  Event Run(Request request) {
    engine.Submit(++last_job, std::move(request));
    return sink.WaitForEnd(last_job);
  }

  TemporaryFolder folder;
  std::string path;
  RecordingSink sink;
  Engine engine;
  bool loaded = false;
  JobId last_job = 10;
};

template <typename T>
T ResultOf(const Event& event) {
  const auto* done = std::get_if<DoneEvent>(&event.what);
  const T* result = done == nullptr ? nullptr : std::get_if<T>(&done->result);
  if (result != nullptr) return *result;
  const auto* failed = std::get_if<FailedEvent>(&event.what);
  Fail(__FILE__, __LINE__, failed == nullptr ? "another result" : failed->status.message);
  return {};
}

const Status& StatusOf(const Event& event) { return std::get<FailedEvent>(event.what).status; }

int64_t IndexOf(const Event& event) {
  for (const auto& [name, value] : StatusOf(event).details) {
    if (name == "index") return std::get<int64_t>(value);
  }
  return -1;
}

using Vectors = std::vector<std::vector<float>>;

// One vector per text, all its rows behind each other.
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

Vectors Embed(Running& running, std::vector<std::string> texts, Pooling pooling = Pooling::kModel,
              bool normalize = true) {
  return Split(ResultOf<EmbedResult>(running.Run(EmbedRequest{texts, pooling, normalize})));
}

float LargestDifference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size() || a.empty()) return INFINITY;
  float largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::fabs(a[i] - b[i]));
  return largest;
}

// What the engine itself makes of one text: a context for it alone, the engine's pooling.
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

struct PoolingPair {
  Pooling ours;
  enum llama_pooling_type engines;
};
constexpr PoolingPair kPoolings[] = {
    {Pooling::kNone, LLAMA_POOLING_TYPE_NONE},
    {Pooling::kMean, LLAMA_POOLING_TYPE_MEAN},
    {Pooling::kCls, LLAMA_POOLING_TYPE_CLS},
    {Pooling::kLast, LLAMA_POOLING_TYPE_LAST},
};

const std::vector<std::string> kTexts = {"hello world", "the cat sat on the mat", "a dog",
                                         "the dog sat on a cat", "hello"};

// Texts of many lengths, the same ones each time.
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

void CheckAgainstReference(const GgufBuilder& model) {
  Running running(model);
  REQUIRE(running.loaded);
  for (const PoolingPair& pooling : kPoolings) {
    const Vectors vectors = Embed(running, kTexts, pooling.ours, /*normalize=*/false);
    REQUIRE(vectors.size() == kTexts.size());
    for (size_t i = 0; i < kTexts.size(); ++i) {
      const auto expected = Reference(running.path, kTexts[i], pooling.engines);
      CHECK(LargestDifference(vectors[i], expected) < kTolerance);
    }
  }
}

void CheckBatchEqualsAlone(Running& running, const std::vector<std::string>& texts,
                           float tolerance) {
  REQUIRE(running.loaded);
  const Vectors together = Embed(running, texts);
  REQUIRE(together.size() == texts.size());
  for (size_t i = 0; i < texts.size(); i += 7) {
    CHECK(LargestDifference(together[i], Embed(running, {texts[i]})[0]) < tolerance);
  }
}

GenerateRequest Story(int32_t max_tokens) {
  GenerateRequest request;
  request.prompt = "hello";
  request.max_tokens = max_tokens;
  request.sampling = GreedyParams();
  request.sampling.grammar = "root ::= [a-z ] root | [a-z ]";
  return request;
}

TinyLlama LongLlama() {
  TinyLlama model;
  model.context_length = 2048;
  return model;
}

GgufBuilder Classifier(uint32_t outputs, std::vector<std::string> labels = {}) {
  TinyBert model;
  model.pooling = LLAMA_POOLING_TYPE_RANK;
  model.head_outputs = outputs;
  model.labels = std::move(labels);
  return BuildTinyBert(model);
}

// One whose norms keep what the embeddings say: small random ones drown it.
GgufBuilder PairRanker() {
  GgufBuilder file = Classifier(1);
  for (GgufBuilder::Tensor& tensor : file.tensors()) {
    if (tensor.name.find("norm.weight") == std::string::npos) continue;
    const std::vector<float> ones(tensor.data.size() / sizeof(float), 1.0f);
    tensor.data.assign(reinterpret_cast<const char*>(ones.data()), tensor.data.size());
  }
  return file;
}

// A pair's logit, from vectors instead of tokens: with the type of the second text in them.
float PairLogit(const llama_model* model, const std::vector<int32_t>& tokens) {
  const auto width = static_cast<size_t>(llama_model_n_embd(model));
  const auto read = [&](const char* name, size_t row) {
    std::vector<float> values(width);
    ggml_backend_tensor_get(EngineTensor(model, name), values.data(), row * width * sizeof(float),
                            width * sizeof(float));
    return values;
  };
  const std::vector<float> first = read("token_types.weight", 0);
  const std::vector<float> second = read("token_types.weight", 1);
  llama_context_params params = llama_context_default_params();
  params.n_ctx = params.n_batch = params.n_ubatch = 64;
  params.n_threads = params.n_threads_batch = 1;
  params.embeddings = true;
  params.pooling_type = LLAMA_POOLING_TYPE_RANK;
  params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
  llama_context_ptr context(llama_init_from_model(const_cast<llama_model*>(model), params));
  llama_batch batch = llama_batch_init(64, static_cast<int32_t>(width), 1);
  const auto query_end = std::find(tokens.begin(), tokens.end(), kBertSep) - tokens.begin();
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::vector<float> vector = read("token_embd.weight", static_cast<size_t>(tokens[i]));
    const bool in_document = static_cast<ptrdiff_t>(i) > query_end;
    for (size_t j = 0; j < width; ++j) {
      batch.embd[i * width + j] = vector[j] + (in_document ? second[j] - first[j] : 0.0f);
    }
    batch.pos[i] = static_cast<llama_pos>(i);
    batch.n_seq_id[i] = 1;
    batch.seq_id[i][0] = 0;
    batch.logits[i] = 1;
  }
  batch.n_tokens = static_cast<int32_t>(tokens.size());
  CHECK_EQ(llama_encode(context.get(), batch), 0);
  llama_batch_free(batch);
  return llama_get_embeddings_seq(context.get(), 0)[0];
}

}  // namespace

TEST("embedding: an encoder's vectors are the engine's own, pooled every way") {
  CheckAgainstReference(BuildTinyBert());
}

TEST("embedding: a decoder's vectors are the engine's own, pooled every way") {
  CheckAgainstReference(BuildTinyLlama());
}

TEST("embedding: without a word about pooling the file decides, or the mean") {
  for (const int32_t stated : {-1, 1, 2, 3}) {
    TinyBert model;
    model.pooling = stated;
    Running running(BuildTinyBert(model));
    REQUIRE(running.loaded);
    const Pooling expected = stated == 2   ? Pooling::kCls
                             : stated == 3 ? Pooling::kLast
                                           : Pooling::kMean;
    CHECK(Embed(running, kTexts) == Embed(running, kTexts, expected));
    CHECK(Embed(running, kTexts) !=
          Embed(running, kTexts, expected == Pooling::kCls ? Pooling::kMean : Pooling::kCls));
  }
}

TEST("embedding: vectors have a length of 1, each row of unpooled ones too") {
  Running running(BuildTinyBert());
  REQUIRE(running.loaded);
  for (const PoolingPair& pooling : kPoolings) {
    const Vectors raw = Embed(running, kTexts, pooling.ours, false);
    const Vectors vectors = Embed(running, kTexts, pooling.ours);
    for (size_t i = 0; i < vectors.size(); ++i) {
      for (size_t row = 0; row < vectors[i].size(); row += 32) {
        float dot = 0, length = 0, raw_length = 0;
        for (size_t j = row; j < row + 32; ++j) {
          length += vectors[i][j] * vectors[i][j];
          raw_length += raw[i][j] * raw[i][j];
          dot += vectors[i][j] * raw[i][j];
        }
        CHECK(std::fabs(length - 1.0f) < 1e-4f);
        CHECK(std::fabs(dot - std::sqrt(raw_length)) < 1e-4f);
      }
    }
  }
}

TEST("embedding: a text alone has the vector that it has among many") {
  Running bert(BuildTinyBert());
  CheckBatchEqualsAlone(bert, ManyTexts(150, 40), kFusedTolerance);
  // So few that they are read as one alone would be.
  CheckBatchEqualsAlone(bert, ManyTexts(8, 6), kTolerance);
  Running llama(BuildTinyLlama(LongLlama()));
  CheckBatchEqualsAlone(llama, ManyTexts(150, 40), kTolerance);
}

TEST("embedding: texts longer than one engine call of a decoder are processed in pieces") {
  Running running(BuildTinyLlama(LongLlama()));
  REQUIRE(running.loaded);
  std::vector<std::string> texts = ManyTexts(5, 20);
  for (const size_t words : {300u, 200u, 350u}) {
    std::string text;
    for (size_t i = 0; i < words; ++i) text += i % 3 == 0 ? " world" : " the";
    texts.push_back(text);
  }
  CheckBatchEqualsAlone(running, texts, kTolerance);
  for (const PoolingPair& pooling : kPoolings) {
    const Vectors vectors = Embed(running, texts, pooling.ours, false);
    const auto expected = Reference(running.path, texts[7], pooling.engines);
    CHECK(LargestDifference(vectors[7], expected) < 1e-4f);
  }
}

TEST("embedding: a text that fills the context window is embedded, one more token is refused") {
  TinyBert model;
  model.context_length = 400;  // more than one engine call takes, and no power of two
  Running running(BuildTinyBert(model));
  REQUIRE(running.loaded);
  std::string text;
  for (int i = 0; i < 398; ++i) text += "cat ";
  EmbedRequest request;
  request.texts = {"a", text, "a"};
  CHECK(CodeOf(running.Run(request)) == Code::kOk);
  request.texts[1] += "cat";
  const Event refused = running.Run(request);
  REQUIRE(CodeOf(refused) == Code::kContextWindowExceeded);
  CHECK_EQ(IndexOf(refused), 1);
}

TEST("embedding: a context window beyond an encoder's positions does not reach past them") {
  Running running(BuildTinyBert(), /*context_size=*/1000);
  REQUIRE(running.loaded);
  std::string text;
  for (int i = 0; i < 63; ++i) text += "cat ";  // 65 tokens, and 64 positions
  EmbedRequest request;
  request.texts = {text};
  CHECK(CodeOf(running.Run(request)) == Code::kContextWindowExceeded);
}

TEST("embedding: no texts give no vectors, and an empty one is what the model puts around it") {
  Running bert(BuildTinyBert());
  REQUIRE(bert.loaded);
  CHECK(Embed(bert, {}).empty());
  CHECK_EQ(Embed(bert, {"", "a"}, Pooling::kNone)[0].size(), 2u * 32u);
  Running llama(BuildTinyLlama());
  REQUIRE(llama.loaded);
  EmbedRequest request;
  request.texts = {"a", ""};
  const Event refused = llama.Run(request);
  REQUIRE(CodeOf(refused) == Code::kInvalidRequest);
  CHECK_EQ(IndexOf(refused), 1);
}

TEST("embedding: what a model cannot do is refused with what it can") {
  Running bert(BuildTinyBert());
  REQUIRE(bert.loaded);
  CHECK(CodeOf(bert.Run(Story(5))) == Code::kUnsupportedFeature);
  ScoreRequest score;
  score.text = "hello";
  CHECK(CodeOf(bert.Run(score)) == Code::kUnsupportedFeature);
  CHECK(CodeOf(bert.Run(RerankRequest{"a", {"b"}})) == Code::kUnsupportedFeature);
  CHECK(CodeOf(bert.Run(ClassifyRequest{{"a"}, false})) == Code::kUnsupportedFeature);
  Running llama(BuildTinyLlama());
  REQUIRE(llama.loaded);
  CHECK(CodeOf(llama.Run(RerankRequest{"a", {"b"}})) == Code::kUnsupportedFeature);
  Running classifier(Classifier(3, {"x", "y", "z"}));
  REQUIRE(classifier.loaded);
  CHECK(CodeOf(classifier.Run(RerankRequest{"a", {"b"}})) == Code::kUnsupportedFeature);
  CHECK(CodeOf(classifier.Run(EmbedRequest{{"a"}, Pooling::kModel, true})) ==
        Code::kUnsupportedFeature);
  CHECK_EQ(Embed(classifier, {"a"}, Pooling::kCls)[0].size(), 32u);
}

TEST("embedding: a head that gives another number of outputs than there are labels is not used") {
  // The engine would read its outputs with the wrong stride.
  GgufBuilder file = Classifier(1);
  auto& tensors = file.tensors();
  tensors.erase(std::remove_if(tensors.begin(), tensors.end(),
                               [](const GgufBuilder::Tensor& tensor) {
                                 return tensor.name.rfind("cls.output", 0) == 0;
                               }),
                tensors.end());
  Running running(file);
  REQUIRE(running.loaded);
  CHECK(CodeOf(running.Run(ClassifyRequest{{"a"}, false})) == Code::kUnsupportedFeature);
  CHECK(CodeOf(running.Run(RerankRequest{"a", {"b"}})) == Code::kUnsupportedFeature);
}

TEST("embedding: rerank puts query and document together as the tokenizer does") {
  Running running(PairRanker());
  REQUIRE(running.loaded);
  const std::vector<std::string> documents = {"the dog", "a mat", "world", "[SEP]"};
  const auto scores =
      ResultOf<RerankResult>(running.Run(RerankRequest{"hello cat", documents})).scores;
  REQUIRE(scores.size() == documents.size());
  const auto tokens =
      ResultOf<TokensResult>(running.Run(TokenizeRequest{"hello cat", true, false}));
  CHECK_EQ(tokens.tokens.front(), kBertCls);
  CHECK_EQ(tokens.tokens.back(), kBertSep);
  // "[CLS] query [SEP] document [SEP]" written out, which the engine tokenises the same.
  for (size_t i = 0; i + 1 < documents.size(); ++i) {
    llama_model_ptr model(
        llama_model_load_from_file(running.path.c_str(), llama_model_default_params()));
    const std::string text = "[CLS]hello cat[SEP]" + documents[i] + "[SEP]";
    std::vector<int32_t> ids(64);
    const int32_t count =
        llama_tokenize(llama_model_get_vocab(model.get()), text.data(),
                       static_cast<int32_t>(text.size()), ids.data(), 64, false, true);
    ids.resize(static_cast<size_t>(count));
    const float logit = PairLogit(model.get(), ids);
    CHECK(std::fabs(scores[i] - 1.0f / (1.0f + std::exp(-logit))) < kFusedTolerance);
  }
}

TEST("embedding: a file may say that pairs have no token types") {
  GgufBuilder file = PairRanker();
  const RerankRequest request{"hello cat", {"the dog"}};
  Running with(file);
  Running without(file.Set("bert.pair_token_types", false));
  REQUIRE(with.loaded && without.loaded);
  const float typed = ResultOf<RerankResult>(with.Run(request)).scores[0];
  const float untyped = ResultOf<RerankResult>(without.Run(request)).scores[0];
  CHECK(std::fabs(typed - untyped) > kFusedTolerance);
}

TEST("embedding: a head with ReLU is computed from the first token's vector") {
  GgufBuilder file = Classifier(3, {"good", "bad", "ugly"});
  file.Set("bert.classifier.activation", "relu");
  Running running(file);
  REQUIRE(running.loaded);
  const auto scores = ResultOf<ClassifyResult>(running.Run(ClassifyRequest{kTexts, true})).scores;
  REQUIRE(scores.size() == kTexts.size() * 3);
  llama_model_ptr model(
      llama_model_load_from_file(running.path.c_str(), llama_model_default_params()));
  const auto read = [&](const char* name) {
    const ggml_tensor* tensor = EngineTensor(model.get(), name);
    std::vector<float> values(static_cast<size_t>(ggml_nelements(tensor)));
    ggml_backend_tensor_get(tensor, values.data(), 0, ggml_nbytes(tensor));
    return values;
  };
  const auto linear = [&](const std::string& name, const std::vector<float>& from) {
    std::vector<float> to = read((name + ".bias").c_str());
    const std::vector<float> weights = read((name + ".weight").c_str());
    for (size_t i = 0; i < to.size() * from.size(); ++i) {
      to[i / from.size()] += weights[i] * from[i % from.size()];
    }
    return to;
  };
  for (size_t i = 0; i < kTexts.size(); ++i) {
    std::vector<float> hidden =
        linear("cls", Embed(running, {kTexts[i]}, Pooling::kCls, /*normalize=*/false)[0]);
    for (float& value : hidden) value = std::max(value, 0.0f);
    const std::vector<float> logits = linear("cls.output", hidden);
    for (size_t j = 0; j < 3; ++j) {
      CHECK(std::fabs(scores[i * 3 + j] - 1 / (1 + std::exp(-logits[j]))) < kFusedTolerance);
    }
  }
}

TEST("embedding: a head with ReLU that lacks a part is not used") {
  GgufBuilder file = Classifier(1);
  file.Set("bert.classifier.activation", "relu");
  auto& tensors = file.tensors();
  tensors.erase(std::remove_if(tensors.begin(), tensors.end(),
                               [](const auto& tensor) { return tensor.name == "cls.bias"; }),
                tensors.end());
  Running running(file);
  REQUIRE(running.loaded);
  CHECK(CodeOf(running.Run(ClassifyRequest{{"a"}, false})) == Code::kUnsupportedFeature);
}

TEST("embedding: rerank fills a model's own template, and texts cannot forge its tokens") {
  TemporaryFolder folder;
  GgufBuilder file = BuildTinyLlama();
  file.Set("tokenizer.chat_template.rerank",
           "<|im_start|>{query}<|im_end|>the {document}<|endoftext|>");
  file.Write(folder.Path("model.gguf"));
  LoadRequest request;
  request.path = folder.Path("model.gguf");
  request.threads = 1;
  InitBackend("");
  const auto loaded = LoadModel(request, [](uint64_t, uint64_t) { return true; });
  REQUIRE(loaded.ok());
  const LoadedModel& model = *loaded.value();
  const auto encode = [&](const std::string& text) {
    return model.tokenizer->Encode(text, {false, true}).value();
  };
  const auto pair = TextPair::Create(model, "{document} on");
  REQUIRE(pair.ok());
  CHECK(pair.value().Encode("world").value() ==
        encode("<|im_start|>{document} on<|im_end|>the world<|endoftext|>"));
  const int32_t end = encode("<|im_end|>").front();
  const auto forged = pair.value().Encode("<|im_end|>").value();
  CHECK_EQ(std::count(forged.begin(), forged.end(), end), 1);
}

TEST("embedding: classify gives each label a share, or a score of its own") {
  Running running(Classifier(3, {"good", "bad", "ugly"}));
  REQUIRE(running.loaded);
  const auto exclusive = ResultOf<ClassifyResult>(running.Run(ClassifyRequest{kTexts, false}));
  const auto independent = ResultOf<ClassifyResult>(running.Run(ClassifyRequest{kTexts, true}));
  CHECK(exclusive.labels == (std::vector<std::string>{"good", "bad", "ugly"}));
  REQUIRE(exclusive.scores.size() == kTexts.size() * 3);
  for (size_t i = 0; i < kTexts.size(); ++i) {
    const auto logits = Reference(running.path, kTexts[i], LLAMA_POOLING_TYPE_RANK);
    float sum = 0;
    for (const float logit : logits) sum += std::exp(logit);
    for (size_t j = 0; j < 3; ++j) {
      CHECK(std::fabs(exclusive.scores[i * 3 + j] - std::exp(logits[j]) / sum) < kTolerance);
      CHECK(std::fabs(independent.scores[i * 3 + j] - 1 / (1 + std::exp(-logits[j]))) < kTolerance);
    }
  }
  Running unnamed(Classifier(1));
  REQUIRE(unnamed.loaded);
  const auto single = ResultOf<ClassifyResult>(unnamed.Run(ClassifyRequest{{"a"}, false}));
  CHECK(single.labels == std::vector<std::string>{"LABEL_0"});
  REQUIRE(single.scores.size() == 1);
  CHECK(single.scores[0] > 0 && single.scores[0] < 1);
}

TEST("embedding: jobs together, of several kinds, give what they give alone") {
  Running running(Classifier(1));
  REQUIRE(running.loaded);
  const std::vector<std::string> texts = ManyTexts(60, 30);
  const EmbedRequest embed{texts, Pooling::kMean, true};
  const RerankRequest rerank{"hello", texts};
  const auto vectors = ResultOf<EmbedResult>(running.Run(embed)).values;
  const auto scores = ResultOf<RerankResult>(running.Run(rerank)).scores;
  for (JobId job = 100; job < 112; ++job) {
    running.engine.Submit(job, job % 2 == 0 ? Request(embed) : Request(rerank));
  }
  for (JobId job = 100; job < 112; ++job) {
    const Event end = running.sink.WaitForEnd(job);
    const auto& got =
        job % 2 == 0 ? ResultOf<EmbedResult>(end).values : ResultOf<RerankResult>(end).scores;
    CHECK(LargestDifference(got, job % 2 == 0 ? vectors : scores) < kFusedTolerance);
    CHECK_EQ(running.sink.EndsOf(job), 1);
    CHECK(running.sink.ProgressEventsOf(job) > 1);
  }
}

TEST("embedding: streams and texts on one model do not disturb each other") {
  Running running(BuildTinyLlama(LongLlama()));
  REQUIRE(running.loaded);
  const std::vector<std::string> texts = ManyTexts(40, 30);
  const Vectors alone = Embed(running, texts);
  running.Run(Story(200));
  const std::string story = running.sink.TextOf(running.last_job);
  running.engine.Submit(100, Story(200));
  running.sink.WaitForText(100);
  running.engine.Submit(101, EmbedRequest{texts, Pooling::kModel, true});
  const Vectors beside = Split(ResultOf<EmbedResult>(running.sink.WaitForEnd(101)));
  running.sink.WaitForEnd(100);
  CHECK_EQ(running.sink.TextOf(100), story);
  REQUIRE(beside.size() == alone.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    CHECK(LargestDifference(beside[i], alone[i]) < kTolerance);
  }
}

TEST("embedding: with a limit of no time, a call takes few tokens, and the vectors are the same") {
  TinyModelFile file;
  const std::unique_ptr<LoadedModel> model = LoadTiny(file);
  REQUIRE(model != nullptr);
  const auto run = [&](std::optional<Clock::duration> limit, uint64_t* largest_step) {
    std::vector<float> values;
    uint64_t done = 0;
    PooledRunner runner(
        *model,
        [&](const Event& event) {
          const uint64_t now = std::get<ProgressEvent>(event.what).done;
          *largest_step = std::max(*largest_step, now - done);
          done = now;
        },
        [&](const Event& event) { values = ResultOf<EmbedResult>(event).values; },
        [] { return false; });
    Job job;
    job.request = EmbedRequest{ManyTexts(12, 30), Pooling::kMean, true};
    job.cancel = std::make_shared<CancelToken>();
    runner.Add(std::move(PreparePooled(*model, job)->value()));
    while (!runner.idle()) runner.Step(limit);
    return values;
  };
  uint64_t unlimited_step = 0;
  uint64_t limited_step = 0;
  const auto unlimited = run(std::nullopt, &unlimited_step);
  const auto limited = run(Clock::duration::zero(), &limited_step);
  CHECK(unlimited_step > 64);
  CHECK(limited_step <= 8);
  CHECK(LargestDifference(limited, unlimited) < kTolerance);
}

TEST("embedding: what the contexts take shows in the account of memory") {
  Running running(BuildTinyLlama());
  REQUIRE(running.loaded);
  const Usage before = running.engine.usage();
  Embed(running, kTexts);
  // Settled before the account is written: the next job's end is after that.
  Embed(running, kTexts);
  const Usage after = running.engine.usage();
  REQUIRE(before.memory.size() == 1 && after.memory.size() == 1);
  CHECK(after.memory[0].kv_cache_bytes > before.memory[0].kv_cache_bytes);
  CHECK(after.memory[0].compute_bytes > before.memory[0].compute_bytes);
  CHECK_EQ(after.memory[0].weights_bytes, before.memory[0].weights_bytes);
}

TEST("embedding: a cancelled job ends as aborted, and its neighbours and followers are right") {
  TinyBert model;
  model.context_length = 512;
  Running running(BuildTinyBert(model));
  REQUIRE(running.loaded);
  const Vectors expected = Embed(running, kTexts);
  for (int round = 0; round < 20; ++round) {
    const JobId job = 100 + static_cast<JobId>(round) * 3;
    running.engine.Submit(job, EmbedRequest{ManyTexts(400, 60), Pooling::kNone, true});
    running.engine.Submit(job + 1, EmbedRequest{kTexts, Pooling::kModel, true});
    for (int i = 0; i < round * 50; ++i) std::this_thread::yield();
    running.engine.Cancel(job);
    const Code code = CodeOf(running.sink.WaitForEnd(job));
    CHECK(code == Code::kAborted || code == Code::kOk);
    const Vectors got = Split(ResultOf<EmbedResult>(running.sink.WaitForEnd(job + 1)));
    REQUIRE(got.size() == expected.size());
    for (size_t i = 0; i < got.size(); ++i) {
      CHECK(LargestDifference(got[i], expected[i]) < kFusedTolerance);
    }
  }
  CHECK_EQ(running.engine.usage().queue_depth, 0u);
}

TEST("embedding: closing settles what runs and waits") {
  InitBackend("");
  TemporaryFolder folder;
  BuildTinyBert().Write(folder.Path("model.gguf"));
  RecordingSink sink;
  Engine engine(sink);
  LoadRequest request;
  request.path = folder.Path("model.gguf");
  request.threads = 1;
  engine.Load(kLoad, request);
  sink.WaitForEnd(kLoad);
  for (JobId job = 10; job < 30; ++job) {
    engine.Submit(job, EmbedRequest{ManyTexts(300, 40), Pooling::kModel, true});
  }
  sink.WaitForEnd(10);
  engine.Close(kClose);
  sink.WaitForEnd(kClose);
  for (JobId job = 10; job < 30; ++job) CHECK_EQ(sink.EndsOf(job), 1);
  engine.Join();
}

TEST("embedding: broken weights fail the call and nothing else") {
  GgufBuilder file = BuildTinyBert();
  // The vector of one word becomes NaN.
  std::string& data = file.tensor("token_embd.weight").data;
  const float nan = std::nanf("");
  data.replace(5 * 32 * sizeof(float), sizeof nan, reinterpret_cast<const char*>(&nan), sizeof nan);
  Running running(file);
  REQUIRE(running.loaded);
  running.engine.Submit(100, EmbedRequest{{"cat", "hello"}, Pooling::kModel, true});
  running.engine.Submit(101, EmbedRequest{{"dog"}, Pooling::kModel, true});
  CHECK(CodeOf(running.sink.WaitForEnd(100)) == Code::kGeneration);
  running.sink.WaitForEnd(101);
  CHECK(CodeOf(running.Run(EmbedRequest{{"dog"}, Pooling::kModel, true})) == Code::kOk);
}

TEST("embedding: a vector of zeros stays what it is") {
  float zeros[3] = {0, 0, 0};
  Normalize(zeros, 3);
  CHECK(zeros[0] == 0 && zeros[1] == 0 && zeros[2] == 0);
  float logits[2] = {1000.0f, -1000.0f};
  Softmax(logits, 2);
  CHECK(logits[0] == 1 && logits[1] == 0);
  float extreme[2] = {1000.0f, -1000.0f};
  Sigmoid(extreme, 2);
  CHECK(extreme[0] == 1 && extreme[1] == 0);
}
