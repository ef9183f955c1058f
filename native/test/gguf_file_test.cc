#include "gguf_file.h"

#include <cstring>
#include <filesystem>

#include "check.h"
#include "failing_new.h"
#include "ggml.h"
#include "gguf_builder.h"
#include "gguf_expect.h"

namespace abstractllm::test {
namespace {

constexpr uint32_t kU16 = static_cast<uint32_t>(GgufType::kUint16);
constexpr uint32_t kU32 = static_cast<uint32_t>(GgufType::kUint32);
constexpr uint32_t kString = static_cast<uint32_t>(GgufType::kString);
constexpr uint32_t kArray = static_cast<uint32_t>(GgufType::kArray);

template <typename T>
std::string Bytes(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

Status ReadBytes(const std::string& bytes) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("model.gguf");
  if (!WriteBytes(path, bytes)) return Status::Error(Code::kInternal, "cannot write");
  const Result<GgufSummary> summary = ReadGguf(path);
  return summary.ok() ? Status::Ok() : summary.status();
}

Status Read(const GgufBuilder& file) { return ReadBytes(file.Build()); }

}  // namespace

TEST("gguf_file: a tiny model is read completely") {
  const TemporaryFolder folder;
  const std::string path = folder.Path("tiny.gguf");
  TinyLlama model;
  model.chat_template = "{{ messages[0].content }}";
  REQUIRE(BuildTinyLlama(model).Write(path));
  const Result<GgufSummary> result = ReadGguf(path);
  REQUIRE(result.ok());
  const GgufSummary& summary = result.value();
  CHECK_EQ(summary.architecture, "llama");
  CHECK_EQ(summary.chat_template, model.chat_template);
  CHECK_EQ(summary.version, 3u);
  CHECK_EQ(summary.alignment, 32u);
  CHECK_EQ(summary.parts.size(), 1u);
  CHECK_EQ(summary.size_bytes, std::filesystem::file_size(path));
  CHECK_EQ(summary.tensors.size(), 21u);
  const GgufTensor& embedding = summary.tensors[0];
  CHECK_EQ(embedding.name, "token_embd.weight");
  CHECK_EQ(embedding.type_name, "f32");
  CHECK_EQ(embedding.shape[0], 32u);
  CHECK_EQ(embedding.bytes, 32 * embedding.shape[1] * sizeof(float));
  CHECK_EQ(embedding.offset, summary.data_offset);
  const GgufEntry* context = summary.Find("llama.context_length");
  REQUIRE(context != nullptr);
  CHECK_EQ(std::get<uint64_t>(context->value), 256u);
  const GgufEntry* tokens = summary.Find("tokenizer.ggml.tokens");
  REQUIRE(tokens != nullptr);
  CHECK(tokens->type == GgufType::kArray && tokens->element_type == GgufType::kString);
  CHECK_EQ(tokens->length, embedding.shape[1]);
}

TEST("gguf_file: every type of value is read") {
  const TemporaryFolder folder;
  const std::string path = folder.Path("types.gguf");
  GgufBuilder file;
  file.SetRaw("u8", 0, Bytes(uint8_t{200})).SetRaw("i8", 1, Bytes(int8_t{-3}));
  file.SetRaw("u16", kU16, Bytes(uint16_t{65535})).SetRaw("i16", 3, Bytes(int16_t{-300}));
  file.SetRaw("i32", 5, Bytes(int32_t{-70000})).SetRaw("u64", 10, Bytes(uint64_t{1} << 60));
  file.SetRaw("i64", 11, Bytes(int64_t{-5})).SetRaw("f64", 12, Bytes(2.5));
  file.Set("f32", 0.5f).Set("yes", true).Set("text", "h\xC3\xA9llo");
  REQUIRE(file.Write(path));
  const Result<GgufSummary> result = ReadGguf(path);
  REQUIRE(result.ok());
  const auto value = [&](const char* key) { return result.value().Find(key)->value; };
  CHECK(value("u8") == GgufValue(uint64_t{200}));
  CHECK(value("i8") == GgufValue(int64_t{-3}));
  CHECK(value("u16") == GgufValue(uint64_t{65535}));
  CHECK(value("i16") == GgufValue(int64_t{-300}));
  CHECK(value("i32") == GgufValue(int64_t{-70000}));
  CHECK(value("u64") == GgufValue(uint64_t{1} << 60));
  CHECK(value("i64") == GgufValue(int64_t{-5}));
  CHECK(value("f64") == GgufValue(2.5));
  CHECK(value("f32") == GgufValue(0.5));
  CHECK(value("yes") == GgufValue(true));
  CHECK(value("text") == GgufValue(std::string("h\xC3\xA9llo")));
}

TEST("gguf_file: names with spaces and letters of any script work") {
  const TemporaryFolder folder;
  const std::string path =
      folder.Path("mod\xC3\xA8le \xE6\xA8\xA1\xE5\x9E\x8B \xF0\x9F\xA6\x99.gguf");
  REQUIRE(BuildTinyLlama().Write(path));
  CHECK(ReadGguf(path).ok());
}

TEST("gguf_file: a missing file and a folder are not found") {
  const TemporaryFolder folder;
  EXPECT_FAILURE(ReadGguf(folder.Path("none.gguf")), Code::kModelNotFound, "There is no file at");
  EXPECT_FAILURE(ReadGguf(folder.Path("none/none.gguf")), Code::kModelNotFound, "There is no file");
  EXPECT_FAILURE(ReadGguf(""), Code::kModelNotFound, "There is no file");
  EXPECT_FAILURE(ReadGguf(std::string("a\0b", 3)), Code::kModelNotFound, "There is no file");
  REQUIRE(WriteBytes(folder.Path("inner.gguf"), "x"));
  EXPECT_FAILURE(ReadGguf(folder.Path(".")), Code::kModelNotFound, "is a folder");
  EXPECT_FAILURE(ReadGguf(folder.Path(".")), Code::kModelNotFound, "inner.gguf");
}

#ifndef _WIN32
TEST("gguf_file: a device is refused without waiting for it") {
  EXPECT_FAILURE(ReadGguf("/dev/zero"), Code::kModelLoading, "not a regular file");
}
#endif

TEST("gguf_file: files of other kinds are named") {
  const std::pair<std::string, const char*> kinds[] = {
      {"", "the file is empty"},
      {Bytes(uint64_t{2}) + "{}tensors", "safetensors"},
      {std::string("PK\x03\x04rest", 8), "PyTorch"},
      {"\x80\x02}q\x01.", "pickle"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:00", "Git LFS pointer"},
      {"tjgg\x03\x00\x00", "before GGUF"},
      {"\x1f\x8b\x08\x00", "compressed archive"},
      {"\n <!DOCTYPE html><html>", "web page"},
      {"<?xml version=\"1.0\"?><Error>", "XML"},
      {"{\"error\": \"not found\"}", "JSON"},
      {std::string(600, '\0'), "zeros"},
      {"hello", "68 65 6c 6c"},
      {"GGU", "47 47 55"},
  };
  for (const auto& [bytes, expected] : kinds) {
    EXPECT_FAILURE(ReadBytes(bytes), Code::kModelLoading, expected);
  }
}

TEST("gguf_file: versions that the engine cannot read are named") {
  GgufBuilder file = BuildTinyLlama();
  file.version = 1;
  EXPECT_FAILURE(Read(file), Code::kModelLoading, "GGUF version 1");
  file.version = 4;
  EXPECT_FAILURE(Read(file), Code::kModelLoading, "newer than version 3");
  file.version = 0x03000000;
  EXPECT_FAILURE(Read(file), Code::kModelLoading, "byte order");
  file.version = 0;
  EXPECT_FAILURE(Read(file), Code::kModelLoading, "GGUF version 0");
  file.version = 2;
  CHECK(Read(file).ok());
}

TEST("gguf_file: a file cut anywhere is incomplete") {
  const std::string bytes = BuildTinyLlama().Build();
  const size_t header = BuildTinyLlama().BuildHeader().size();
  for (size_t size = 4; size < header; size += size < 64 ? 1 : 97) {
    EXPECT_FAILURE(ReadBytes(bytes.substr(0, size)), Code::kModelLoading,
                   "the download is incomplete");
  }
  EXPECT_FAILURE(ReadBytes(bytes.substr(0, header)), Code::kModelLoading,
                 "bytes that its tensors need");
  EXPECT_FAILURE(ReadBytes(bytes.substr(0, bytes.size() - 1)), Code::kModelLoading,
                 "bytes that its tensors need");
}

TEST("gguf_file: counts that lie cost nothing") {
  GgufBuilder file = BuildTinyLlama();
  file.claimed_tensors = INT64_MAX;
  EXPECT_FAILURE(Read(file), Code::kModelLoading, "tensors");
  file.claimed_tensors = 32768;
  EXPECT_FAILURE(Read(file), Code::kModelLoading, "");
  file.claimed_tensors = -1;
  file.claimed_entries = INT64_MAX;
  EXPECT_FAILURE(Read(file), Code::kModelLoading, "metadata entries");
  file.claimed_entries = 16384;
  EXPECT_FAILURE(Read(file), Code::kModelLoading, "");
}

TEST("gguf_file: lengths that lie cost nothing") {
  const uint64_t lengths[] = {uint64_t{1} << 20, uint64_t{1} << 24, uint64_t{1} << 32,
                              UINT64_MAX / 4,    UINT64_MAX - 7,    UINT64_MAX};
  for (const uint64_t length : lengths) {
    GgufBuilder text = BuildTinyLlama();
    text.SetRaw("general.name", kString, Bytes(length) + "x");
    EXPECT_FAILURE(Read(text), Code::kModelLoading, "");
    GgufBuilder numbers = BuildTinyLlama();
    numbers.SetRaw("numbers", kArray, Bytes(kU32) + Bytes(length));
    EXPECT_FAILURE(Read(numbers), Code::kModelLoading, "\"numbers\"");
    GgufBuilder texts = BuildTinyLlama();
    texts.SetRaw("texts", kArray, Bytes(kString) + Bytes(length));
    EXPECT_FAILURE(Read(texts), Code::kModelLoading, "");
  }
}

TEST("gguf_file: keys and types that make no sense are refused") {
  const auto with = [](const std::string& key, uint32_t type, const std::string& bytes) {
    return Read(GgufBuilder(BuildTinyLlama()).Append(key, type, bytes));
  };
  EXPECT_FAILURE(with("general.name", kString, Bytes(uint64_t{0})), Code::kModelLoading, "twice");
  EXPECT_FAILURE(with("", kU32, Bytes(1)), Code::kModelLoading, "empty key");
  EXPECT_FAILURE(with(std::string("a\0b", 3), kU32, Bytes(1)), Code::kModelLoading, "NUL");
  EXPECT_FAILURE(with("odd", 13, Bytes(1)), Code::kModelLoading, "unknown type 13");
  EXPECT_FAILURE(with("odd", UINT32_MAX, Bytes(1)), Code::kModelLoading, "unknown type");
  EXPECT_FAILURE(with("odd", kArray, Bytes(kArray) + Bytes(uint64_t{1})), Code::kModelLoading,
                 "unsupported type 9");
  EXPECT_FAILURE(with("odd", kArray, Bytes(99u) + Bytes(uint64_t{1})), Code::kModelLoading,
                 "unsupported type 99");
}

TEST("gguf_file: the alignment must be a power of two") {
  for (const uint32_t alignment : {0u, 3u, 48u, UINT32_MAX}) {
    GgufBuilder file = BuildTinyLlama();
    file.Set("general.alignment", alignment);
    EXPECT_FAILURE(Read(file), Code::kModelLoading, "not a power of two");
  }
  GgufBuilder text = BuildTinyLlama();
  text.Set("general.alignment", "32");
  EXPECT_FAILURE(Read(text), Code::kModelLoading, "general.alignment has the type str");
  GgufBuilder large = BuildTinyLlama();
  large.alignment = 256;
  CHECK(Read(large.Set("general.alignment", 256u)).ok());
}

TEST("gguf_file: tensors that make no sense are refused") {
  const auto with = [](GgufBuilder::Tensor tensor) {
    return Read(GgufBuilder(BuildTinyLlama()).Add(std::move(tensor)));
  };
  const std::string data(64, '\0');
  EXPECT_FAILURE(with({"output.weight", GGML_TYPE_F32, {16}, data}), Code::kModelLoading,
                 "two tensors");
  EXPECT_FAILURE(with({"", GGML_TYPE_F32, {16}, data}), Code::kModelLoading, "no proper name");
  EXPECT_FAILURE(with({std::string(64, 'n'), GGML_TYPE_F32, {16}, data}), Code::kModelLoading,
                 "64");
  EXPECT_FAILURE(with({"t", GGML_TYPE_F32, {0}, data}), Code::kModelLoading, "is empty");
  EXPECT_FAILURE(with({"t", GGML_TYPE_F32, {UINT64_MAX}, data}), Code::kModelLoading,
                 "impossible shape");
  EXPECT_FAILURE(with({"t", GGML_TYPE_F32, {1u << 31, 1u << 31, 1u << 31}, data}),
                 Code::kModelLoading, "impossible shape");
  EXPECT_FAILURE(with({"t", GGML_TYPE_F32, {1u << 20, 1u << 15}, data}), Code::kModelLoading,
                 "incomplete");
  EXPECT_FAILURE(with({"t", GGML_TYPE_COUNT, {16}, data}), Code::kModelLoading, "does not know");
  EXPECT_FAILURE(with({"t", UINT32_MAX, {16}, data}), Code::kModelLoading, "does not know");
  EXPECT_FAILURE(with({"t", 4, {16}, data}), Code::kModelLoading, "removed");
  EXPECT_FAILURE(with({"t", GGML_TYPE_Q8_0, {16}, data}), Code::kModelLoading,
                 "not a multiple of 32");
  EXPECT_FAILURE(with({"t", GGML_TYPE_F32, {16}, data, 12345}), Code::kModelLoading, "instead of");
  EXPECT_FAILURE(with({"t", GGML_TYPE_F32, {1, 1, 1, 1, 1}, data}), Code::kModelLoading,
                 "5 dimensions");
  EXPECT_FAILURE(with({"t", GGML_TYPE_F32, {16}, data, -1, UINT32_MAX}), Code::kModelLoading,
                 "dimensions");
}

TEST("gguf_file: a failure says where it happened") {
  GgufBuilder file = BuildTinyLlama();
  file.tensor("blk.0.attn_q.weight").type = 4;
  const Status status = Read(file);
  CHECK_EQ(DetailText(status, "tensor"), "blk.0.attn_q.weight");
  CHECK(!DetailText(status, "path").empty());
  CHECK(status.message.find(DetailText(status, "path")) != std::string::npos);
}

TEST("gguf_file: the parts of a model are joined") {
  const TemporaryFolder folder;
  GgufBuilder first = BuildTinyLlama();
  GgufBuilder second;
  second.Add(first.tensors().back());
  first.tensors().pop_back();
  first.SetRaw("split.count", kU16, Bytes(uint16_t{2}))
      .SetRaw("split.no", kU16, Bytes(uint16_t{0}));
  second.SetRaw("split.count", kU16, Bytes(uint16_t{2}));
  second.SetRaw("split.no", kU16, Bytes(uint16_t{1}));
  const std::string path = folder.Path("m-00001-of-00002.gguf");
  const std::string other = folder.Path("m-00002-of-00002.gguf");
  REQUIRE(first.Write(path));
  EXPECT_FAILURE(ReadGguf(path), Code::kModelNotFound,
                 "Part 2 of the 2 parts of the model is missing");

  REQUIRE(second.Write(other));
  const Result<GgufSummary> joined = ReadGguf(path);
  REQUIRE(joined.ok());
  CHECK_EQ(joined.value().parts.size(), 2u);
  CHECK_EQ(joined.value().tensors.size(), 21u);
  CHECK_EQ(joined.value().tensors.back().part, 1u);
  CHECK(ReadGguf(other).ok());

  REQUIRE(WriteBytes(other, "GGUF"));
  EXPECT_FAILURE(ReadGguf(path), Code::kModelLoading, "m-00002-of-00002.gguf");
  second.SetRaw("split.no", kU32, Bytes(1u));  // asserted by the engine
  REQUIRE(second.Write(other));
  EXPECT_FAILURE(ReadGguf(path), Code::kModelLoading, "it is not part 2");
  second.SetRaw("split.no", kU16, Bytes(uint16_t{1}));
  second.Add(first.tensors().front());
  REQUIRE(second.Write(other));
  EXPECT_FAILURE(ReadGguf(path), Code::kModelLoading, "two of its parts hold");

  const std::string renamed = folder.Path("model.gguf");
  REQUIRE(first.Write(renamed));
  EXPECT_FAILURE(ReadGguf(renamed), Code::kModelLoading, "its name does not lead to the others");
}

TEST("gguf_file: a lack of memory is a resource error, not a damaged file") {
  const TemporaryFolder folder;
  const std::string path = folder.Path("model with a long name.gguf");
  REQUIRE(BuildTinyLlama().Write(path));
  Result<GgufSummary> whole = ReadGguf(path);
  REQUIRE(whole.ok());
  Status reading;
  Status checking;
  {
    FailingNew failing(0);
    Result<GgufSummary> summary = ReadGguf(path);
    if (!summary.ok()) reading = summary.status();
    CHECK(failing.failed());
  }
  {
    FailingNew failing(0);
    checking = ValidateForLoading(whole.value());
    CHECK(failing.failed());
  }
  CHECK(reading.code == Code::kResource);
  CHECK(checking.code == Code::kResource);
}

TEST("gguf_file: whichever allocation fails, reading and checking end with an error") {
  const TemporaryFolder folder;
  const std::string path = folder.Path("model with a long name.gguf");
  REQUIRE(BuildTinyLlama().Write(path));
  // The last round needs fewer allocations than are let through.
  bool done = false;
  for (int64_t count = 0; !done; ++count) {
    Status status;
    {
      FailingNew failing(count);
      const Result<GgufSummary> summary = ReadGguf(path);
      status = summary.ok() ? ValidateForLoading(summary.value()) : summary.status();
      done = !failing.failed();
    }
    CHECK(status.ok() || status.code == Code::kResource);
    if (done) CHECK(status.ok());
  }
}

}  // namespace abstractllm::test
