#include "checkpoint/safetensors.h"

#include "check.h"
#include "gguf_builder.h"
#include "gguf_expect.h"
#include "safetensors_builder.h"

namespace abstractllm::test {
namespace {

Status ReadFile(const std::string& bytes) {
  const TemporaryFolder folder;
  const std::string path = folder.Path(
      "m\xC3\xB6"
      "del.safetensors");
  if (!WriteBytes(path, bytes)) return Status::Error(Code::kInternal, "cannot write");
  const Result<SafetensorsHeader> header = ReadSafetensors(path);
  return header.ok() ? Status::Ok() : header.status();
}

// A file with this header and eight bytes of data.
Status ReadHeader(const std::string& header) {
  return ReadFile(SafetensorsBuilder::Wrap(header, std::string(8, 'x')));
}

std::string Tensor(const std::string& type, const std::string& shape, const std::string& range) {
  return R"({"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + range + '}';
}

Status ReadTensor(const std::string& description) {
  return ReadHeader("{\"t\":" + description + '}');
}

}  // namespace

TEST("safetensors: a file is read completely, in the order of its data") {
  const TemporaryFolder folder;
  const std::string path = folder.Path("model.safetensors");
  SafetensorsBuilder file;
  file.AddFloats("b", {2, 3}, {1, 2, 3, 4, 5, 6});
  file.Add("a", "BF16", {4}, std::string(8, 'x')).Add("scalar", "F64", {}, std::string(8, 'y'));
  file.Add("empty", "F32", {0, 5}, "");
  REQUIRE(file.Write(path));
  const Result<SafetensorsHeader> header = ReadSafetensors(path);
  REQUIRE(header.ok());
  const auto& tensors = header.value().tensors;
  REQUIRE(tensors.size() == 4);
  CHECK_EQ(tensors[0].name, "b");
  CHECK_EQ(tensors[0].elements, 6u);
  CHECK_EQ(tensors[0].bytes, 24u);
  CHECK_EQ(tensors[0].offset, 8 + file.Header().size());
  CHECK_EQ(std::string(tensors[1].type->name), "BF16");
  CHECK_EQ(tensors[2].shape.size() + tensors[2].elements, tensors[2].name == "scalar" ? 1u : 2u);
}

TEST("safetensors: a header may be padded with white space") {
  CHECK(ReadTensor(Tensor("F32", "[2]", "[0,8]") + "  \n ").ok());
}

TEST("safetensors: sizes that do not fit the file are refused") {
  EXPECT_FAILURE(ReadFile(""), Code::kModelLoading, "too few for a header");
  EXPECT_FAILURE(ReadFile("1234567"), Code::kModelLoading, "too few for a header");
  EXPECT_FAILURE(ReadFile(std::string(8, '\xff')), Code::kModelLoading, "100000000");
  EXPECT_FAILURE(ReadFile(std::string("\x00\x01\x00\x00\x00\x00\x00\x00", 8)), Code::kModelLoading,
                 "its header claims 256 bytes");
  EXPECT_FAILURE(ReadFile(std::string(8, '\0')), Code::kModelLoading, "does not begin with");
  EXPECT_FAILURE(ReadFile("version https://git-lfs.github.com/spec/v1"), Code::kModelLoading,
                 "Git LFS");
  EXPECT_FAILURE(ReadSafetensors("/no/such/file"), Code::kModelNotFound, "/no/such/file");
  const TemporaryFolder folder;
  EXPECT_FAILURE(ReadSafetensors(folder.Path("")), Code::kModelLoading, "not a regular file");
}

TEST("safetensors: headers that are no proper JSON are refused") {
  for (const char* header :
       {"{", "{]", "{\"t\"", "{\"t\":", "{\"t\":}", "{} {}", "{\"a\\u12\":0}", "{\"\xff\":0}",
        "{\"\\ud800\":0}", "{,}", "{\"t\":01}", "{\"a\n\":0}"}) {
    EXPECT_FAILURE(ReadHeader(header), Code::kModelLoading, "");
  }
  EXPECT_FAILURE(ReadHeader("[1]"), Code::kModelLoading, "does not begin with");
  EXPECT_FAILURE(ReadHeader(" {}"), Code::kModelLoading, "does not begin with");
  EXPECT_FAILURE(ReadHeader("{\"t\":" + std::string(100000, '[')), Code::kModelLoading, "\"t\"");
  EXPECT_FAILURE(ReadHeader("{\"__metadata__\":{\"a\":" + std::string(100000, '{')),
                 Code::kModelLoading, "__metadata__");
  EXPECT_FAILURE(ReadHeader("{\"__metadata__\":{\"a\":1}}"), Code::kModelLoading, "texts");
}

TEST("safetensors: what a tensor says about itself must be whole and make sense") {
  const auto range = [](const std::string& text) { return Tensor("F32", "[2]", text); };
  const auto shape = [](const std::string& text) { return Tensor("F32", text, "[0,8]"); };
  EXPECT_FAILURE(ReadTensor("1"), Code::kModelLoading, "not described");
  EXPECT_FAILURE(ReadTensor("{}"), Code::kModelLoading, "has no dtype");
  EXPECT_FAILURE(ReadTensor(R"({"dtype":"F32"})"), Code::kModelLoading, "has no shape");
  EXPECT_FAILURE(ReadTensor(R"({"dtype":"F32","shape":[2]})"), Code::kModelLoading,
                 "has no data_offsets");
  EXPECT_FAILURE(ReadTensor(R"({"dtype":"F32","dtype":"F32"})"), Code::kModelLoading, "dtype");
  EXPECT_FAILURE(ReadTensor(R"({"strides":[1]})"), Code::kModelLoading, "strides");
  EXPECT_FAILURE(ReadTensor(Tensor("F31", "[2]", "[0,8]")), Code::kModelLoading, "\"F31\"");
  for (const char* text : {"[-1]", "[1.5]", "[\"2\"]", "[1e1]", "2", "[18446744073709551616]"}) {
    EXPECT_FAILURE(ReadTensor(shape(text)), Code::kModelLoading, "shape");
  }
  EXPECT_FAILURE(ReadTensor(shape("[4294967296,4294967296]")), Code::kModelLoading, "impossible");
  EXPECT_FAILURE(ReadTensor(shape("[18446744073709551615]")), Code::kModelLoading, "impossible");
  EXPECT_FAILURE(ReadTensor(shape("[3]")), Code::kModelLoading, "needs 12");
  EXPECT_FAILURE(ReadTensor(Tensor("F4", "[3]", "[0,8]")), Code::kModelLoading, "whole bytes");
  EXPECT_FAILURE(ReadTensor(range("[0]")), Code::kModelLoading, "two data_offsets");
  EXPECT_FAILURE(ReadTensor(range("[0,4,8]")), Code::kModelLoading, "more than 2");
  EXPECT_FAILURE(ReadTensor(range("[8,0]")), Code::kModelLoading, "before it begins");
  EXPECT_FAILURE(ReadTensor(range("[0,16]")), Code::kModelLoading, "has only 8");
  EXPECT_FAILURE(ReadTensor(range("[18446744073709551608,18446744073709551615]")),
                 Code::kModelLoading, "has only 8");
}

TEST("safetensors: data may not overlap, nor leave holes") {
  const auto two = [](const std::string& first, const std::string& second) {
    return ReadHeader("{\"a\":" + Tensor("U8", "[4]", first) +
                      ",\"b\":" + Tensor("U8", "[4]", second) + '}');
  };
  CHECK(two("[4,8]", "[0,4]").ok());
  EXPECT_FAILURE(two("[0,4]", "[0,4]"), Code::kModelLoading, "overlaps");
  EXPECT_FAILURE(two("[0,4]", "[3,7]"), Code::kModelLoading, "overlaps");
  EXPECT_FAILURE(ReadTensor(Tensor("U8", "[4]", "[4,8]")), Code::kModelLoading, "no tensor");
  EXPECT_FAILURE(ReadTensor(Tensor("U8", "[4]", "[0,4]")), Code::kModelLoading, "no tensor");
  EXPECT_FAILURE(ReadHeader("{}"), Code::kModelLoading, "no tensor");
  EXPECT_FAILURE(ReadHeader("{\"a\":" + Tensor("U8", "[8]", "[0,8]") +
                            ",\"a\":" + Tensor("U8", "[0]", "[8,8]") + '}'),
                 Code::kModelLoading, "twice");
}

TEST("safetensors: a failure names file and tensor") {
  const Status status = ReadTensor(Tensor("F32", "[3]", "[0,8]"));
  CHECK_EQ(DetailText(status, "tensor"), "t");
  CHECK(status.message.find(DetailText(status, "path")) != std::string::npos);
}

}  // namespace abstractllm::test
