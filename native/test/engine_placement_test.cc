#include "engine_placement.h"

#include "backend.h"
#include "check.h"

using namespace abstractllm;

namespace {

llama_model_params ParamsOf(const EnginePlacement& placement) {
  llama_model_params params = llama_model_default_params();
  placement.Fill(&params);
  return params;
}

}  // namespace

TEST("engine_placement: the CPU alone is a list without devices") {
  InitBackend("");
  const Result<EnginePlacement> made = EnginePlacement::Make({}, /*cpu_only=*/true);
  REQUIRE(made.ok());
  CHECK(made.value().cpu_only());
  const llama_model_params params = ParamsOf(made.value());
  REQUIRE(params.devices != nullptr);
  CHECK(params.devices[0] == nullptr);
  CHECK(params.tensor_buft_overrides == nullptr);
}

TEST("engine_placement: what nobody placed is left to the engine") {
  InitBackend("");
  const Result<EnginePlacement> made = EnginePlacement::Make({}, /*cpu_only=*/false);
  REQUIRE(made.ok());
  CHECK_EQ(made.value().cpu_only(), !HasGpu());
  CHECK(ParamsOf(made.value()).devices == nullptr);
}

TEST("engine_placement: layers become shares, and names on the CPU patterns") {
  InitBackend("");
  Placement placement;
  placement.devices = {"cpu"};  // stands in for any device that is there
  placement.layers = {3};
  placement.on_cpu = {"blk.1.ffn_up_exps."};
  Result<EnginePlacement> made = EnginePlacement::Make(placement, /*cpu_only=*/false);
  REQUIRE(made.ok());
  // Pointers hold wherever it is moved.
  const EnginePlacement moved = std::move(made.value());
  const llama_model_params params = ParamsOf(moved);
  CHECK(params.devices[0] == FindDevice("cpu"));
  CHECK(params.devices[1] == nullptr);
  CHECK_EQ(params.n_gpu_layers, 3);
  CHECK_EQ(params.tensor_split[0], 3.0f);
  CHECK_EQ(std::string(params.tensor_buft_overrides[0].pattern),
           std::string("^blk\\.1\\.ffn_up_exps\\."));
  CHECK(params.tensor_buft_overrides[1].pattern == nullptr);
}

TEST("engine_placement: devices that are not there are refused by name") {
  InitBackend("");
  Placement placement;
  placement.devices = {"cuda:7"};
  placement.layers = {1};
  const Result<EnginePlacement> made = EnginePlacement::Make(placement, /*cpu_only=*/false);
  REQUIRE(!made.ok());
  CHECK(made.status().code == Code::kUnsupportedFeature);
  CHECK(made.status().message.find("cuda:7") != std::string::npos);
  placement.layers.clear();
  CHECK(EnginePlacement::Make(placement, false).status().code == Code::kInternal);
}
