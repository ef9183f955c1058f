import assert from "node:assert/strict";
import fc from "fast-check";
import { deviceIdOf } from "../../../src/config/device-name.js";
import { parseSize } from "../../../src/config/memory-size.js";
import { resolveProviderConfig } from "../../../src/config/resolve.js";
import { InvalidParameterError } from "../../../src/errors.js";
import { catchError } from "./catch-error.js";

describe("sizes of memory", () => {
  it("are decimal or binary, as their unit says", () => {
    for (const [text, bytes] of [
      ["4GiB", 4 * 2 ** 30],
      ["4GB", 4e9],
      ["512MB", 512e6],
      ["512 MiB", 512 * 2 ** 20],
      ["1.5gib", 1.5 * 2 ** 30],
      ["2KB", 2000],
      ["1TiB", 2 ** 40],
      ["100B", 100],
      ["0GiB", 0],
    ] as const) {
      assert.equal(parseSize(text), bytes, text);
    }
  });

  it("are nothing else", () => {
    for (const text of ["", "GiB", "4", "4 G", "-4GiB", "4GiB!", "1e3MB", "99999999TiB", "NaNB"]) {
      assert.equal(parseSize(text), undefined, text);
    }
  });

  it("are whole bytes, whatever the number", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (number) => {
        const bytes = parseSize(`${number.toFixed(3)}GiB`) ?? NaN;
        assert.ok(Number.isSafeInteger(bytes));
        assert.ok(Math.abs(bytes - number * 2 ** 30) <= 2 ** 30 / 1000);
      }),
    );
  });
});

describe("options of the placement", () => {
  const placementOf = (options: object): unknown => resolveProviderConfig(options).placement;

  it("name devices as listDevices() does", () => {
    const names = ["cuda", "cuda:1", "mps", "vulkan", "cpu"] as const;
    assert.deepEqual(names.map(deviceIdOf), ["cuda:0", "cuda:1", "metal", "vulkan:0", "cpu"]);
    assert.deepEqual(
      placementOf({
        device_map: { "model.layers.0": "cuda", "model.layers.1": 1, "": "cpu" },
        max_memory: { mps: "1GiB", cuda: 5, cpu: "2GB" },
        keep_alive: 0.5,
      }),
      {
        device_map: { "model.layers.0": "cuda:0", "model.layers.1": "cuda:1", "": "cpu" },
        max_memory: { metal: 2 ** 30, "cuda:0": 5, cpu: 2e9 },
        keep_alive: 0.5,
      },
    );
  });

  it("are refused by name when they make no sense", () => {
    for (const [name, values] of Object.entries({
      device_map: ["gpu", "cuda:x", 0, ["cpu"], { a: "auto" }, { a: -1 }, {}],
      max_memory: [{ cpu: "much" }, { cpu: -1 }, { cpu: 1.5 }, { gpu: 1 }, 5, { cpu: "4" }],
      keep_alive: [-1, NaN, "5m"],
    })) {
      for (const value of values) {
        const error = catchError(InvalidParameterError, () => placementOf({ [name]: value }));
        assert.equal(error.details.parameter, name);
      }
    }
  });
});
