#include <functional>

#include "check.h"
#include "engine_assertion.h"
#include "engine_private.h"
#include "ggml.h"
#include "gguf_builder.h"
#include "gguf_expect.h"
#include "gguf_file.h"
#include "gguf_probe.h"

namespace abstractllm::test {
namespace {

template <typename T>
std::string Bytes(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

Status Validate(const GgufBuilder& file) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("model.gguf");
  if (!file.Write(path)) return Status::Error(Code::kInternal, "cannot write");
  const Result<GgufSummary> summary = ReadGguf(path);
  return summary.ok() ? ValidateForLoading(summary.value()) : summary.status();
}

using Edit = std::function<void(GgufBuilder&)>;

// The tiny llama with one thing wrong.
Status ValidateEdited(const Edit& edit, const TinyLlama& model = {}) {
  GgufBuilder file = BuildTinyLlama(model);
  edit(file);
  return Validate(file);
}

Status ValidateWith(const std::string& key, uint32_t value) {
  return ValidateEdited([&](GgufBuilder& file) { file.Set(key, value); });
}

std::vector<std::string> ByteTokens(size_t count) {
  std::vector<std::string> tokens;
  for (size_t i = 0; i < count; ++i) tokens.push_back("t" + std::to_string(i));
  return tokens;
}

// A vocabulary of another kind on the same weights.
Edit Tokenizer(const std::string& name, std::vector<std::string> tokens) {
  return [=](GgufBuilder& file) {
    file.Set("tokenizer.ggml.model", name).Set("tokenizer.ggml.tokens", tokens);
    for (const char* key : {"token_type", "merges", "pre", "bos_token_id", "eos_token_id",
                            "add_bos_token", "scores"}) {
      file.Remove(std::string("tokenizer.ggml.") + key);
    }
  };
}

}  // namespace

TEST("gguf_validate: tiny models of both vocabularies pass, load and decode") {
  const TemporaryFolder folder;
  const std::string path = folder.Path("tiny.gguf");
  TinyLlama models[3];
  models[1].vocabulary = TinyLlama::Vocabulary::kSentencePiece;
  models[2].pre = "llama-bpe";
  models[2].layers = 1;
  models[2].kv_heads = 4;
  for (const TinyLlama& model : models) {
    REQUIRE(BuildTinyLlama(model).Write(path));
    std::string reason;
    CHECK(ProbeGguf(path, {}, &reason) == ProbeResult::kLoaded);
    CHECK_EQ(reason, "");
  }
}

TEST("gguf_validate: a model in parts loads") {
  const TemporaryFolder folder;
  GgufBuilder first = BuildTinyLlama();
  GgufBuilder second;
  second.Add(first.tensors().back());
  first.tensors().pop_back();
  const uint32_t u16 = static_cast<uint32_t>(GgufType::kUint16);
  first.SetRaw("split.count", u16, Bytes(uint16_t{2})).SetRaw("split.no", u16, Bytes(uint16_t{0}));
  first.SetRaw("split.tensors.count", 5, Bytes(int32_t{21}));
  second.SetRaw("split.no", u16, Bytes(uint16_t{1}));
  const std::string path = folder.Path("m-00001-of-00002.gguf");
  const std::string other = folder.Path("m-00002-of-00002.gguf");
  REQUIRE(first.Write(path) && second.Write(other));
  std::string reason;
  CHECK(ProbeGguf(path, {}, &reason) == ProbeResult::kLoaded);
  CHECK(ProbeGguf(other, {}, &reason) == ProbeResult::kRejected);
  CHECK(reason.find("not the first part") != std::string::npos);
}

TEST("gguf_validate: files that are no language model are unsupported") {
  const auto edited = [](const char* key, const char* value) {
    return ValidateEdited([&](GgufBuilder& file) { file.Set(key, value); });
  };
  EXPECT_FAILURE(edited("general.architecture", "clip"), Code::kUnsupportedModel, "projector");
  EXPECT_FAILURE(edited("general.type", "mmproj"), Code::kUnsupportedModel, "projector");
  EXPECT_FAILURE(edited("general.type", "adapter"), Code::kUnsupportedModel, "LoRA");
  EXPECT_FAILURE(edited("general.type", "imatrix"), Code::kUnsupportedModel, "importance matrix");
  EXPECT_FAILURE(edited("general.architecture", "gptj"), Code::kUnsupportedModel, "\"gptj\"");
  EXPECT_FAILURE(edited("general.architecture", "(unknown)"), Code::kUnsupportedModel, "(unknown)");
  EXPECT_FAILURE(edited("tokenizer.ggml.model", "morse"), Code::kUnsupportedModel, "\"morse\"");
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) { file.Remove("general.architecture"); }),
                 Code::kModelLoading, "general.architecture is missing");
}

TEST("gguf_validate: an unknown architecture is answered with the nearest names") {
  const Status status =
      ValidateEdited([](GgufBuilder& file) { file.Set("general.architecture", "qwen33"); });
  EXPECT_FAILURE(status, Code::kUnsupportedModel, "qwen3");
  CHECK_EQ(DetailText(status, "architecture"), "qwen33");
  CHECK(LoadableArchitectures().size() > 100);
}

TEST("gguf_validate: hyperparameters that the engine asserts are refused") {
  const std::tuple<const char*, uint32_t, const char*> cases[] = {
      {"llama.block_count", 0, "1 to 512 layers"},
      {"llama.block_count", 513, "1 to 512 layers"},
      {"llama.context_length", 0, "llama.context_length is 0"},
      {"llama.embedding_length", 0, "llama.embedding_length is 0"},
      {"llama.embedding_length", UINT32_MAX, "llama.embedding_length is"},
      {"llama.nextn_predict_layers", 3, "more than block_count"},
      {"llama.attention.head_count", 64, "more than embedding_length"},
      {"llama.attention.head_count", 1u << 31, "too large"},
      {"llama.attention.head_count_kv", 3, "does not divide"},
      {"llama.attention.head_count_kv", 8, "does not divide"},
      {"llama.feed_forward_length", UINT32_MAX, "too large"},
      {"llama.expert_count", 1025, "at most 1024"},
      {"llama.expert_count", 4, "expert_used_count is 0"},
      {"llama.expert_used_count", 4, "while expert_count is 0"},
      {"llama.expert_group_count", 2, "while expert_count is 0"},
      {"llama.attention.head_count", 0, "must be at least 1"},
      {"llama.rope.dimension_count", 0, "must be even, from 2"},
      {"llama.rope.dimension_count", 7, "must be even, from 2"},
      {"llama.rope.dimension_count", 10, "to the head size, 8"},
      {"llama.pooling_type", 77, "does not know"},
      {"llama.expert_gating_func", 77, "does not know"},
      {"llama.vocab_size", UINT32_MAX, "llama.vocab_size"},
      {"llama.attention.sliding_window", 1u << 31, "sliding_window"},
      {"llama.attention.key_length", UINT32_MAX, "key_length"},
      {"llama.n_deepstack_layers", 2, "less than the 2 layers"},
  };
  for (const auto& [key, value, fragment] : cases) {
    EXPECT_FAILURE(ValidateWith(key, value), Code::kModelLoading, fragment);
  }
  EXPECT_FAILURE(
      ValidateEdited([](GgufBuilder& file) { file.Set("llama.rope.scaling.type", "up"); }),
      Code::kModelLoading, "none, linear, yarn and longrope");
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) {
                   file.Set("llama.attention.layer_norm_rms_epsilon", -1.0f);
                 }),
                 Code::kModelLoading, "must not be negative");
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) {
                   file.Set("llama.expert_count", 8u).Set("llama.expert_used_count", 2u);
                   file.Set("llama.expert_group_count", 3u);
                 }),
                 Code::kModelLoading, "llama.expert_group_count is 3");
  EXPECT_FAILURE(
      ValidateEdited([](GgufBuilder& file) {
        file.Set("llama.expert_count", 8u).Set("llama.expert_used_count", 2u);
        file.Set("llama.expert_group_count", 2u).Set("llama.expert_group_used_count", 2u);
      }),
      Code::kModelLoading, "llama.expert_group_used_count is 2");
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) {
                   uint32_t seed = 1;
                   file.Set("llama.expert_count", 8u);
                   file.Set("llama.expert_used_count", std::vector<int32_t>{2, 0});
                   file.AddRandom("blk.1.ffn_up_exps.weight", {32, 8, 8}, &seed);
                 }),
                 Code::kModelLoading, "expert_used_count is 0, in layer 1");
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) { file.Remove("llama.block_count"); }),
                 Code::kModelLoading, "llama.block_count is missing");
}

TEST("gguf_validate: values of the wrong type are refused") {
  const auto with = [](const char* key, const auto& value) {
    return ValidateEdited([&](GgufBuilder& file) { file.Set(key, value); });
  };
  EXPECT_FAILURE(with("llama.block_count", "2"), Code::kModelLoading,
                 "of the type str instead of u32");
  EXPECT_FAILURE(with("llama.block_count", 2.0f), Code::kModelLoading,
                 "of the type f32 instead of u32");
  EXPECT_FAILURE(with("llama.attention.head_count", true), Code::kModelLoading, "type bool");
  EXPECT_FAILURE(with("llama.attention.layer_norm_rms_epsilon", 1u), Code::kModelLoading,
                 "type u32");
  EXPECT_FAILURE(with("llama.rope.scaling.type", 1u), Code::kModelLoading, "not a string");
  EXPECT_FAILURE(with("tokenizer.ggml.tokens", "a"), Code::kModelLoading,
                 "not an array of strings");
  EXPECT_FAILURE(with("tokenizer.ggml.tokens", std::vector<int32_t>{1}), Code::kModelLoading,
                 "not an array of strings");
  EXPECT_FAILURE(with("tokenizer.ggml.bos_token_id", "1"), Code::kModelLoading, "type str");
  EXPECT_FAILURE(with("tokenizer.ggml.add_bos_token", 1u), Code::kModelLoading, "instead of bool");
  EXPECT_FAILURE(with("tokenizer.ggml.model", 1u), Code::kModelLoading, "not a string");
}

TEST("gguf_validate: numbers per layer must fit the layers") {
  const auto heads = [](const std::vector<int32_t>& values) {
    return ValidateEdited(
        [&](GgufBuilder& file) { file.Set("llama.attention.head_count", values); });
  };
  CHECK(heads({4, 4}).ok());
  EXPECT_FAILURE(heads({4}), Code::kModelLoading, "an array of 1 numbers for 2 layers");
  EXPECT_FAILURE(heads({4, 4, 4}), Code::kModelLoading, "an array of 3 numbers for 2 layers");
  EXPECT_FAILURE(heads({4, -4}), Code::kModelLoading, "negative");
  EXPECT_FAILURE(heads({4, 3}), Code::kModelLoading, "3 heads in layer 1");
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) {
                   file.Set("llama.attention.head_count", std::vector<float>{4, 4});
                 }),
                 Code::kModelLoading, "an array of f32");
}

TEST("gguf_validate: token lists that the engine asserts are refused") {
  const auto tokens = [](const Edit& edit) { return ValidateEdited(edit); };
  std::vector<std::string> names = ByteTokens(300);
  CHECK(tokens(Tokenizer("gpt2", names)).ok());
  names[7] = names[3];
  EXPECT_FAILURE(tokens(Tokenizer("gpt2", names)), Code::kModelLoading,
                 "tokens 3 and 7 are both \"t3\"");
  names[7] = std::string("t3\0more", 7);  // the same as a C string
  EXPECT_FAILURE(tokens(Tokenizer("gpt2", names)), Code::kModelLoading, "tokens 3 and 7");
  names[7] = "";
  CHECK(tokens(Tokenizer("gpt2", names)).ok());
  names[8] = "[EMPTY_7]";  // what the engine calls token 7
  EXPECT_FAILURE(tokens(Tokenizer("gpt2", names)), Code::kModelLoading, "tokens 7 and 8");
  names[8] = std::string(40000, 'x');
  EXPECT_FAILURE(tokens(Tokenizer("gpt2", names)), Code::kModelLoading, "has 40000 bytes");
  names[8] = std::string(2000, 'x');
  EXPECT_FAILURE(tokens(Tokenizer("t5", names)), Code::kModelLoading, "has 2000 bytes");
  EXPECT_FAILURE(tokens(Tokenizer("gpt2", {})), Code::kModelLoading, "an array of 0 tokens");
  EXPECT_FAILURE(tokens([](GgufBuilder& file) { file.Remove("tokenizer.ggml.tokens"); }),
                 Code::kModelLoading, "tokenizer.ggml.tokens is missing");
}

TEST("gguf_validate: lists beside the tokens must be as long") {
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) {
                   file.Set("tokenizer.ggml.token_type", std::vector<int32_t>(5, 1));
                 }),
                 Code::kModelLoading, "token_type is an array of 5 for");
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) {
                   file.Set("tokenizer.ggml.scores", std::vector<float>(5));
                 }),
                 Code::kModelLoading, "scores is an array of 5 for");
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) {
                   file.Set("tokenizer.ggml.scores", std::vector<std::string>(400));
                 }),
                 Code::kModelLoading, "scores is not an array of f32");
}

TEST("gguf_validate: byte tokens must be bytes") {
  const auto typed = [](const char* tokenizer) {
    return ValidateEdited([&](GgufBuilder& file) {
      std::vector<std::string> names = ByteTokens(300);
      names[299] = "x";
      Tokenizer(tokenizer, names)(file);
      std::vector<int32_t> types(300, 1);
      types[299] = 6;
      file.Set("tokenizer.ggml.token_type", types);
    });
  };
  EXPECT_FAILURE(typed("llama"), Code::kModelLoading, "token 299, \"x\", is not a byte");
  EXPECT_FAILURE(typed("bert"), Code::kModelLoading, "is not a byte");
}

TEST("gguf_validate: tokens that are added to every text must exist") {
  const std::vector<std::string> few = ByteTokens(100);
  EXPECT_FAILURE(ValidateEdited(Tokenizer("bert", few)), Code::kModelLoading, "bos_token_id");
  EXPECT_FAILURE(ValidateEdited(Tokenizer("gemma4", few)), Code::kModelLoading, "bos_token_id");
  EXPECT_FAILURE(ValidateEdited(Tokenizer("gpt2", ByteTokens(5))), Code::kModelLoading,
                 "bos_token_id");
  EXPECT_FAILURE(ValidateEdited(Tokenizer("t5", {"a"})), Code::kModelLoading, "eos_token_id");
  CHECK(ValidateEdited([&](GgufBuilder& file) {
          Tokenizer("bert", few)(file);
          file.Set("tokenizer.ggml.bos_token_id", 1u).Set("tokenizer.ggml.seperator_token_id", 2u);
        }).ok());
  // An id outside the vocabulary counts for nothing, and the default of 11 is inside.
  CHECK(ValidateWith("tokenizer.ggml.bos_token_id", 4000000000u).ok());
}

TEST("gguf_validate: an RWKV vocabulary must have a token for each first byte") {
  EXPECT_FAILURE(ValidateEdited(Tokenizer("rwkv", {"a", "\\nb", "c"})), Code::kModelLoading,
                 "no token for the byte 10");
  CHECK(ValidateEdited(Tokenizer("rwkv", {"a", "\\x0ab", "\\n", "c"})).ok());
}

TEST("gguf_validate: chat templates that would exhaust the stack are refused") {
  const auto with = [](const std::string& source) {
    return ValidateEdited([&](GgufBuilder& file) { file.Set("tokenizer.chat_template", source); });
  };
  CHECK(with("{{ messages[0]['content'] }}").ok());
  EXPECT_FAILURE(with("{{ " + std::string(1000, '(') + "1"), Code::kModelLoading,
                 "nested brackets");
  EXPECT_FAILURE(with("{{ " + std::string(100000, '-') + "1 }}"), Code::kModelLoading,
                 "a template of 100007 bytes");
}

TEST("gguf_validate: tensors of types that the engine cannot compute with are refused") {
  const auto typed = [](const char* name, ggml_type type, uint64_t columns) {
    return ValidateEdited([&](GgufBuilder& file) {
      GgufBuilder::Tensor& tensor = file.tensor(name);
      tensor.type = type;
      tensor.shape[0] = columns;
      uint64_t rows = 1;
      for (size_t i = 1; i < tensor.shape.size(); ++i) rows *= tensor.shape[i];
      tensor.data.assign(rows * ggml_row_size(type, static_cast<int64_t>(columns)), '\0');
    });
  };
  EXPECT_FAILURE(typed("output_norm.weight", GGML_TYPE_F16, 32), Code::kModelLoading, "only f32");
  EXPECT_FAILURE(typed("blk.1.ffn_norm.weight", GGML_TYPE_Q8_0, 32), Code::kModelLoading,
                 "only f32");
  EXPECT_FAILURE(typed("blk.1.attn_q.weight", GGML_TYPE_I32, 32), Code::kModelLoading,
                 "float and quantised types");
  EXPECT_FAILURE(typed("output.weight", GGML_TYPE_Q8_1, 32), Code::kModelLoading, "the type q8_1");
  EXPECT_FAILURE(typed("token_embd.weight", GGML_TYPE_F64, 32), Code::kModelLoading,
                 "the type f64");
  CHECK(typed("blk.1.attn_q.weight", GGML_TYPE_Q8_0, 32).ok());
  CHECK(typed("blk.1.attn_q.weight", GGML_TYPE_BF16, 32).ok());
}

TEST("gguf_validate: tensors must be there and aligned") {
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) { file.tensors().clear(); }),
                 Code::kModelLoading, "no tensors");
  EXPECT_FAILURE(ValidateEdited([](GgufBuilder& file) {
                   file.Set("general.alignment", 8u).Set("pad", "x");
                   file.alignment = 8;
                   file.tensor("output_norm.weight").name = "o";
                 }),
                 Code::kModelLoading, "not aligned to 32 bytes");
}

TEST("gguf_validate: tensors that a graph takes for granted must be there") {
  const auto with = [](const std::string& architecture, const std::string& tensor) {
    return ValidateEdited([&](GgufBuilder& file) {
      uint32_t seed = 1;
      file.Set("general.architecture", architecture).AddRandom(tensor, {4, 32}, &seed);
      for (const char* key : {"context_length", "embedding_length"}) {
        file.Set(architecture + '.' + key, 64u);
      }
      for (const char* key : {"block_count", "attention.head_count"}) {
        file.Set(architecture + '.' + key, 2u);
      }
    });
  };
  EXPECT_FAILURE(with("falcon-h1", "blk.0.ssm_conv1d.weight"), Code::kModelLoading,
                 "it lacks the tensor \"blk.0.ssm_conv1d.bias\"");
  EXPECT_FAILURE(with("hy_v3", "blk.1.ffn_gate_inp.weight"), Code::kModelLoading,
                 "\"blk.1.ffn_down_exps.weight\"");
  EXPECT_FAILURE(with("t5", "dec.blk.0.attn_norm.weight"), Code::kModelLoading,
                 "\"dec.blk.0.attn_rel_b.weight\"");
  CHECK(with("t5", "dec.blk.10.attn_norm.weight").ok());
  EXPECT_FAILURE(with("glm-dsa", "blk.0.x"), Code::kModelLoading, "\"blk.0.indexer.proj.weight\"");
  EXPECT_FAILURE(with("dots3note", "blk.0.x"), Code::kModelLoading, "sliding_window_pattern");
}

TEST("gguf_validate: every tensor of the tiny model is known to the engine") {
  GgufBuilder file = BuildTinyLlama();
  for (const GgufBuilder::Tensor& tensor : file.tensors()) {
    CHECK(DescribeTensor(tensor.name) != TensorUse::kUnknown);
  }
  CHECK(DescribeTensor("blk.511.ffn_up.bias") == TensorUse::kElements);
  CHECK(DescribeTensor("enc.blk.0.attn_q.weight") == TensorUse::kMatrix);
  CHECK(DescribeTensor("token_embd.weight") == TensorUse::kRows);
  CHECK(DescribeTensor("rope_freqs.weight") == TensorUse::kElements);
  CHECK(DescribeTensor("nonsense") == TensorUse::kUnknown);
  CHECK(DescribeTensor("") == TensorUse::kUnknown);
  CHECK(DescribeTensor("..") == TensorUse::kUnknown);
}

TEST("gguf_validate: an assertion in the engine's loader becomes a refusal") {
  const TemporaryFolder folder;
  const std::string path = folder.Path("model.gguf");
  REQUIRE(BuildTinyLlama().Set("llama.block_count", 0u).Write(path));
  std::string reason;
  ProbeOptions options;
  options.validate = false;
  CHECK(ProbeGguf(path, options, &reason) == ProbeResult::kRefusedByEngine);
  CHECK(reason.find("GGML_ASSERT(hparams.n_layer_all > 0") != std::string::npos);
}

TEST("gguf_validate: an assertion in the engine's C code becomes an exception") {
  const EngineAssertionScope scope;
  bool thrown = false;
  try {
    ggml_new_tensor_1d(nullptr, GGML_TYPE_COUNT, 1);
  } catch (const EngineAssertion& assertion) {
    thrown = true;
    CHECK(std::string(assertion.what()).find("GGML_ASSERT") != std::string::npos);
  }
  CHECK(thrown);
}

}  // namespace abstractllm::test
