#include "checkpoint/tensor_builder.h"

#include <cmath>
#include <cstring>
#include <random>

#include "check.h"
#include "checkpoint/element_convert.h"
#include "ggml.h"
#include "gguf_builder.h"
#include "gguf_expect.h"
#include "safetensors_builder.h"

namespace abstractllm::test {
namespace {

const TensorBuilder::Tick kGoOn = [](uint64_t) { return true; };

// A file with one matrix in each of the types, of which element i is Value(i).
class Sources {
 public:
  static constexpr uint64_t kRows = 96;
  static constexpr uint64_t kColumns = 64;

  Sources() : path_(folder_.Path("model.safetensors")) {
    std::string f16, bf16, f32, f64;
    for (uint64_t i = 0; i < kRows * kColumns; ++i) {
      const float value = Value(i);
      const auto half = ggml_fp32_to_fp16(value);
      const auto brain = ggml_fp32_to_bf16(value);
      const double wide = value;
      f16.append(reinterpret_cast<const char*>(&half), 2);
      bf16.append(reinterpret_cast<const char*>(&brain), 2);
      f32.append(reinterpret_cast<const char*>(&value), 4);
      f64.append(reinterpret_cast<const char*>(&wide), 8);
    }
    SafetensorsBuilder file;
    file.Add("F16", "F16", {kRows, kColumns}, f16).Add("BF16", "BF16", {kRows, kColumns}, bf16);
    file.Add("F32", "F32", {kRows, kColumns}, f32).Add("F64", "F64", {kRows, kColumns}, f64);
    file.Write(path_);
    Result<SafetensorsHeader> header = ReadSafetensors(path_);
    if (header.ok()) header_ = std::move(header.value());
  }

  // Few bits, so that every type holds it exactly.
  static float Value(uint64_t i) {
    return static_cast<float>(static_cast<int>(i * 37 % 201) - 100);
  }
  static float At(uint64_t row, uint64_t column) { return Value(row * kColumns + column); }

  // Builds a tensor of float32, in pieces of `step` rows; empty if it fails.
  std::vector<float> Build(PlanTensor tensor, uint64_t step = 7) const {
    const std::string bytes = BuildBytes(std::move(tensor), step);
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }

  // Whether the plan is accepted and, if it makes little, carried out.
  bool TryBuild(const PlanTensor& tensor) const {
    constexpr uint64_t kMostBytes = 1 << 20;
    const auto checked = CheckPlan({tensor}, {header_});
    if (!checked.ok()) return false;
    return checked.value()[0].bytes > kMostBytes || !BuildBytes(tensor).empty();
  }

  std::string BuildBytes(PlanTensor tensor, uint64_t step = 7) const {
    const std::vector<std::string> paths = {path_};
    const auto checked = CheckPlan({std::move(tensor)}, {header_});
    if (!checked.ok()) {
      Fail(__FILE__, __LINE__, checked.status().message);
      return "";
    }
    std::vector<std::unique_ptr<RandomAccessFile>> files;
    files.push_back(std::make_unique<RandomAccessFile>());
    files.back()->Open(path_);
    WorkerPool pool(3);
    TensorBuilder builder(files, paths, &pool);
    const CheckedTensor& made = checked.value()[0];
    std::string bytes(made.bytes, '\0');
    for (uint64_t row = 0; row < made.rows; row += step) {
      const uint64_t count = std::min(step, made.rows - row);
      if (!builder.Build(made, row, count, bytes.data() + row * made.row_bytes, kGoOn).ok()) {
        return "";
      }
    }
    return bytes;
  }

 private:
  TemporaryFolder folder_;
  std::string path_;
  SafetensorsHeader header_;
};

PlanTensor Tensor(std::vector<uint64_t> shape, std::vector<PlanSegment> segments) {
  PlanTensor tensor;
  tensor.name = "t";
  tensor.shape = std::move(shape);
  tensor.type = "F32";
  tensor.segments = std::move(segments);
  return tensor;
}

PlanSegment Rows(const std::string& source, std::vector<RowRange> rows) {
  PlanSegment segment;
  segment.tensor = source;
  segment.rows = std::move(rows);
  return segment;
}

}  // namespace

TEST("tensor_builder: every source type arrives") {
  const Sources sources;
  for (const char* type : {"F16", "BF16", "F32", "F64"}) {
    const auto values = sources.Build(Tensor({64, 96}, {Rows(type, {{0, 96, 1}})}));
    REQUIRE(values.size() == 64 * 96);
    for (uint64_t i = 0; i < values.size(); ++i) CHECK_EQ(values[i], Sources::Value(i));
  }
}

TEST("tensor_builder: rows are gathered from several sources, in steps and stretches") {
  const Sources sources;
  PlanTensor tensor = Tensor({16, 60}, {Rows("F16", {{90, 6, 1}, {0, 20, 4}}),
                                        Rows("F32", {{5, 30, 1}, {1, 0, 1}, {3, 4, 1}})});
  tensor.segments[0].first_column = 48;
  tensor.segments[1].first_column = 1;
  tensor.scale = 2;
  tensor.add = 1;
  for (const uint64_t step : {1u, 7u, 60u}) {
    const auto values = sources.Build(tensor, step);
    REQUIRE(values.size() == 16 * 60);
    for (uint64_t row = 0; row < 60; ++row) {
      const uint64_t from = row < 6    ? 90 + row
                            : row < 26 ? (row - 6) * 4
                            : row < 56 ? 5 + row - 26
                                       : 3 + row - 56;
      for (uint64_t i = 0; i < 16; ++i) {
        CHECK_EQ(values[row * 16 + i], 2 * Sources::At(from, (row < 26 ? 48 : 1) + i) + 1);
      }
    }
  }
}

TEST("tensor_builder: a transposed source gives its columns") {
  const Sources sources;
  for (const char* type : {"F16", "F32", "F64"}) {
    PlanSegment segment = Rows(type, {{60, 4, 1}, {0, 30, 2}});
    segment.transpose = true;
    segment.first_column = 6;
    const auto values = sources.Build(Tensor({90, 34}, {segment}), 5);
    REQUIRE(values.size() == 90 * 34);
    for (uint64_t row = 0; row < 34; ++row) {
      const uint64_t from = row < 4 ? 60 + row : (row - 4) * 2;
      for (uint64_t i = 0; i < 90; ++i) CHECK_EQ(values[row * 90 + i], Sources::At(6 + i, from));
    }
  }
}

TEST("tensor_builder: heads are permuted, of matrices and of biases") {
  const Sources sources;
  PlanSegment segment = Rows("F32", {});
  segment.permute = HeadPermutation{5, 16, 10};
  const auto values = sources.Build(Tensor({64, 80}, {segment}));
  REQUIRE(values.size() == 64 * 80);
  const auto from = [](uint64_t row) { return row / 16 * 16 + row % 2 * 8 + row % 16 / 2; };
  for (uint64_t row = 0; row < 80; ++row) {
    CHECK_EQ(values[row * 64], Sources::At(10 + from(row), 0));
  }
  const auto bias = sources.Build(Tensor({80}, {segment}));
  REQUIRE(bias.size() == 80);
  for (uint64_t i = 0; i < 80; ++i) CHECK_EQ(bias[i], Sources::Value(10 + from(i)));
}

TEST("tensor_builder: a tensor of one dimension is a row or a column") {
  const Sources sources;
  const auto row = sources.Build(Tensor({64}, {Rows("F16", {{2, 1, 1}})}));
  REQUIRE(row.size() == 64);
  CHECK_EQ(row[5], Sources::At(2, 5));
  const auto column = sources.Build(Tensor({100}, {Rows("F16", {{50, 100, 1}})}));
  REQUIRE(column.size() == 100);
  CHECK_EQ(column[99], Sources::Value(149));
}

TEST("tensor_builder: generated values are copied") {
  PlanTensor tensor = Tensor({3, 2}, {});
  tensor.values = {1, 2, 3, 4, 5, 6};
  CHECK(Sources().Build(tensor, 1) == tensor.values);
}

TEST("tensor_builder: conversions round as ggml's own do") {
  std::vector<float> values;
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    for (const uint32_t low : {0u, 0x7FFFu, 0x8000u, 0x8001u, 0xFFFu, 0x1000u, 0x1001u, 0x3000u}) {
      const uint32_t pattern = bits << 16 | low;
      float value;
      std::memcpy(&value, &pattern, sizeof value);
      values.push_back(value);
    }
  }
  const size_t count = values.size();
  std::vector<uint16_t> halves(count), brains(count);
  ConvertFromFloat(GGML_TYPE_F16, values.data(), halves.data(), count, count);
  ConvertFromFloat(GGML_TYPE_BF16, values.data(), brains.data(), count, count);
  std::vector<float> from_half(0x10000), from_brain(0x10000);
  std::vector<uint16_t> all(0x10000);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint16_t>(i);
  ConvertToFloat(SourceType::kF16, all.data(), from_half.data(), all.size());
  ConvertToFloat(SourceType::kBF16, all.data(), from_brain.data(), all.size());
  const auto same = [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  size_t wrong = 0;
  for (size_t i = 0; i < count; ++i) {
    const bool nan = std::isnan(values[i]);
    const bool half =
        nan ? (halves[i] & 0x7FFF) > 0x7C00 : halves[i] == ggml_fp32_to_fp16(values[i]);
    const bool brain =
        nan ? (brains[i] & 0x7FFF) > 0x7F80 : brains[i] == ggml_fp32_to_bf16(values[i]).bits;
    if (!half || !brain) ++wrong;
  }
  for (size_t i = 0; i < all.size(); ++i) {
    if (!same(from_half[i], ggml_fp16_to_fp32(all[i]))) ++wrong;
    if (!same(from_brain[i], ggml_bf16_to_fp32({all[i]}))) ++wrong;
  }
  CHECK_EQ(wrong, 0u);
}

TEST("tensor_builder: Q8_0 has the error of its rounding and no more") {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0, 0.02f);
  std::vector<float> values(32 * 400), back(values.size());
  for (float& value : values) value = normal(random);
  std::fill(values.begin(), values.begin() + 32, 0.0f);
  std::string bytes(values.size() / 32 * 34, '\0');
  ConvertFromFloat(GGML_TYPE_Q8_0, values.data(), bytes.data(), values.size(), values.size());
  ggml_get_type_traits(GGML_TYPE_Q8_0)
      ->to_float(bytes.data(), back.data(), static_cast<int64_t>(back.size()));
  for (size_t block = 0; block < values.size(); block += 32) {
    float peak = 0;
    for (size_t i = 0; i < 32; ++i) peak = std::max(peak, std::fabs(values[block + i]));
    for (size_t i = 0; i < 32; ++i) {
      // Half a step, and the half-precision scale's own error over 127 of them.
      CHECK(std::fabs(values[block + i] - back[block + i]) <= peak / 127 * 0.5f + peak / 2000);
    }
  }
}

TEST("tensor_builder: any type of block is made row by row as ggml makes it") {
  const Sources sources;
  for (const char* type : {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL"}) {
    PlanTensor tensor = Tensor({64, 90}, {Rows("F32", {{3, 90, 1}})});
    tensor.type = type;
    std::vector<float> values;
    for (uint64_t i = 0; i < 64 * 90; ++i) values.push_back(Sources::Value(3 * 64 + i));
    const ggml_type target = FindTargetType(type);
    std::string expected(90 * ggml_row_size(target, 64), '\0');
    ggml_quantize_chunk(target, values.data(), expected.data(), 0, 90, 64, nullptr);
    CHECK(sources.BuildBytes(tensor) == expected);
  }
}

// Meant for a sanitizer: what is read is read from where the file has it.
TEST("tensor_builder: a plan of random numbers is refused, or reads what is there") {
  const Sources sources;
  std::mt19937_64 random(11);
  const auto number = [&]() -> uint64_t {
    switch (random() % 8) {
      case 0:
        return UINT64_MAX - random() % 3;
      case 1:
        return uint64_t{1} << random() % 64;
      case 2:
        return 0;
      default:
        return random() % 100;
    }
  };
  size_t built = 0;
  for (int i = 0; i < 20000; ++i) {
    PlanTensor tensor;
    tensor.name = "t";
    tensor.type = i % 2 == 0 ? "F32" : "Q8_0";
    for (uint64_t n = random() % 3; tensor.shape.size() <= n;) {
      tensor.shape.push_back(random() % 2 == 0 ? 32 : number());
    }
    for (uint64_t n = random() % 2; tensor.segments.size() <= n;) {
      PlanSegment segment;
      segment.tensor = random() % 2 == 0 ? "F16" : "F64";
      segment.transpose = random() % 2 == 0;
      segment.first_column = random() % 2 == 0 ? 0 : number();
      if (random() % 3 == 0) {
        segment.permute = HeadPermutation{number(), number(), random() % 2 == 0 ? 0 : number()};
      } else {
        segment.rows.push_back({number(), number(), random() % 2 == 0 ? 1 : number()});
      }
      // Something that fits, now and then.
      if (random() % 2 == 0 && !segment.rows.empty()) segment.rows[0] = {random() % 8, 32, 1};
      tensor.segments.push_back(segment);
    }
    if (sources.TryBuild(tensor)) ++built;
  }
  CHECK(built > 100);
}

TEST("tensor_builder: a tick that says so stops it") {
  WorkerPool pool(2);
  std::vector<std::unique_ptr<RandomAccessFile>> files;
  const std::vector<std::string> paths;
  TensorBuilder builder(files, paths, &pool);
  CheckedTensor tensor;
  tensor.rows = 1 << 12;
  tensor.columns = 1 << 10;
  tensor.row_bytes = tensor.columns * sizeof(float);
  tensor.values.assign(tensor.rows * tensor.columns, 1);
  std::vector<float> out(tensor.values.size());
  const Status status =
      builder.Build(tensor, 0, tensor.rows, out.data(), [](uint64_t) { return false; });
  CHECK(status.code == Code::kAborted);
}

}  // namespace abstractllm::test
