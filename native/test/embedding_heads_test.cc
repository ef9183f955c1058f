// Heads: scores of pairs and of labels.
#include <algorithm>
#include <cmath>

#include "backend.h"
#include "check.h"
#include "embedding/text_pair.h"
#include "embedding_fixture.h"
#include "engine_private.h"
#include "ggml-backend.h"
#include "llama-cpp.h"
#include "loaded_model.h"
#include "tiny_bert.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

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

TEST(
    "embedding_heads: a head that gives another number of outputs than there are labels is not "
    "used") {
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
  CHECK(CodeOf(running.Run(ClassifyRequest{{"a"}})) == Code::kUnsupportedFeature);
  CHECK(CodeOf(running.Run(RerankRequest{"a", {"b"}})) == Code::kUnsupportedFeature);
}

TEST("embedding_heads: rerank puts query and document together as the tokenizer does") {
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

TEST("embedding_heads: a file may say that pairs have no token types") {
  GgufBuilder file = PairRanker();
  const RerankRequest request{"hello cat", {"the dog"}};
  Running with(file);
  Running without(file.Set("bert.pair_token_types", false));
  REQUIRE(with.loaded && without.loaded);
  const float typed = ResultOf<RerankResult>(with.Run(request)).scores[0];
  const float untyped = ResultOf<RerankResult>(without.Run(request)).scores[0];
  CHECK(std::fabs(typed - untyped) > kFusedTolerance);
}

TEST("embedding_heads: a head with ReLU is computed from the first token's vector") {
  GgufBuilder file = Classifier(3, {"good", "bad", "ugly"});
  file.Set("bert.classifier.activation", "relu");
  Running running(file);
  REQUIRE(running.loaded);
  const auto scores =
      ResultOf<ClassifyResult>(running.Run(ClassifyRequest{kTexts, LabelScores::kEach})).scores;
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

TEST("embedding_heads: a head with ReLU that lacks a part is not used") {
  GgufBuilder file = Classifier(1);
  file.Set("bert.classifier.activation", "relu");
  auto& tensors = file.tensors();
  tensors.erase(std::remove_if(tensors.begin(), tensors.end(),
                               [](const auto& tensor) { return tensor.name == "cls.bias"; }),
                tensors.end());
  Running running(file);
  REQUIRE(running.loaded);
  CHECK(CodeOf(running.Run(ClassifyRequest{{"a"}})) == Code::kUnsupportedFeature);
}

TEST("embedding_heads: rerank fills a model's own template, and texts cannot forge its tokens") {
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
  const auto pair = TextPair::Create(model, "{document} on", nullptr);
  REQUIRE(pair.ok());
  CHECK(pair.value().Encode("world", nullptr).value() ==
        encode("<|im_start|>{document} on<|im_end|>the world<|endoftext|>"));
  const int32_t end = encode("<|im_end|>").front();
  const auto forged = pair.value().Encode("<|im_end|>", nullptr).value();
  CHECK_EQ(std::count(forged.begin(), forged.end(), end), 1);
}

TEST("embedding_heads: classify gives each label a share, or a score of its own") {
  Running running(Classifier(3, {"good", "bad", "ugly"}));
  REQUIRE(running.loaded);
  const auto exclusive = ResultOf<ClassifyResult>(running.Run(ClassifyRequest{kTexts}));
  const auto independent =
      ResultOf<ClassifyResult>(running.Run(ClassifyRequest{kTexts, LabelScores::kEach}));
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
  const auto single = ResultOf<ClassifyResult>(unnamed.Run(ClassifyRequest{{"a"}}));
  CHECK(single.labels == std::vector<std::string>{"LABEL_0"});
  REQUIRE(single.scores.size() == 1);
  CHECK(single.scores[0] > 0 && single.scores[0] < 1);
}

TEST("embedding_heads: classify gives raw outputs, also of pairs, as rerank reads them") {
  Running running(Classifier(3, {"good", "bad", "ugly"}));
  REQUIRE(running.loaded);
  ClassifyRequest request{kTexts, LabelScores::kRaw};
  const auto raw = ResultOf<ClassifyResult>(running.Run(request)).scores;
  REQUIRE(raw.size() == kTexts.size() * 3);
  const auto logits = Reference(running.path, kTexts[0], LLAMA_POOLING_TYPE_RANK);
  for (size_t j = 0; j < 3; ++j) CHECK(std::fabs(raw[j] - logits[j]) < kTolerance);
  request.first = "hello";
  const auto pairs = ResultOf<ClassifyResult>(running.Run(request)).scores;
  CHECK(pairs.size() == raw.size());
  CHECK(pairs != raw);

  Running ranker(Classifier(1));
  REQUIRE(ranker.loaded);
  const auto ranked = ResultOf<RerankResult>(ranker.Run(RerankRequest{"hello", kTexts})).scores;
  const auto scored = ResultOf<ClassifyResult>(ranker.Run(request)).scores;
  REQUIRE(ranked.size() == scored.size());
  for (size_t i = 0; i < ranked.size(); ++i) {
    CHECK(std::fabs(ranked[i] - 1 / (1 + std::exp(-scored[i]))) < kTolerance);
  }
}
