import assert from "node:assert/strict";
import { resolveProviderConfig } from "../../../src/config/resolve.js";
import type { ResolvedWeights } from "../../../src/config/resolved.js";
import { InvalidParameterError } from "../../../src/errors.js";
import { catchError } from "./catch-error.js";

const weightsOf = (options: object): ResolvedWeights => resolveProviderConfig(options).weights;
const NONE: ResolvedWeights = {
  dtype: "auto",
  quantization: "none",
  quantizedBy: "quantization",
  adapters: [],
};

describe("options about the weights of a checkpoint", () => {
  it("become one type and one quantisation", () => {
    assert.deepEqual(weightsOf({}), NONE);
    assert.deepEqual(weightsOf({ torch_dtype: "float32" }), { ...NONE, dtype: "float32" });
    const quantised = weightsOf({ quantization: "q4_k_m", load_in_8bit: false });
    assert.deepEqual(quantised, { ...NONE, quantization: "q4_k_m" });
  });

  it("have short forms, which may also be said twice", () => {
    const quantization = (options: object): unknown =>
      resolveProviderConfig(options).weights.quantization;
    assert.equal(quantization({ load_in_8bit: true }), "q8_0");
    assert.equal(quantization({ load_in_4bit: true }), "q4_0");
    assert.equal(quantization({ load_in_4bit: true, quantization: "q4_0" }), "q4_0");
    assert.equal(weightsOf({ load_in_8bit: true }).quantizedBy, "load_in_8bit");
    assert.equal(weightsOf({ load_in_4bit: true }).quantizedBy, "load_in_4bit");
  });

  it("have one adapter or several", () => {
    const adapters = (adapter: string | string[]): unknown =>
      resolveProviderConfig({ adapter }).weights.adapters;
    assert.deepEqual(adapters("./lora"), ["./lora"]);
    assert.deepEqual(adapters(["a", "b"]), ["a", "b"]);
  });

  it("must not contradict each other", () => {
    for (const options of [
      { load_in_8bit: true, load_in_4bit: true },
      { load_in_8bit: true, quantization: "q4_0" },
      { load_in_4bit: true, quantization: "none" },
    ]) {
      const error = catchError(InvalidParameterError, () => weightsOf(options));
      assert.match(error.details.parameter, /^load_in_/);
    }
  });
});
