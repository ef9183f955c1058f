import assert from "node:assert/strict";
import { isDeviceName } from "../../../src/config/device-name.js";
import type { ProviderOptions } from "../../../src/config/types.js";
import type { Device } from "../../../src/runtime/devices.js";

describe("the id of a device", () => {
  it("is a value of device_map", () => {
    // The compiler checks it.
    const toOptions = ({ id }: Device): ProviderOptions => ({ device_map: id });
    const cpu: Device = { id: "cpu", name: "", type: "cpu", total_bytes: 0, free_bytes: 0 };
    assert.deepEqual(toOptions(cpu), { device_map: "cpu" });
    for (const id of ["cpu", "metal", "cuda:0", "vulkan:12"]) assert.ok(isDeviceName(id), id);
    for (const id of ["blas", "cuda:x", "CPU", "", "cpu "]) assert.ok(!isDeviceName(id), id);
  });
});
