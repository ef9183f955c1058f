import assert from "node:assert/strict";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
} from "../../src/cli/format.js";

describe("numbers for people", () => {
  it("gives bytes in binary units, with three digits", () => {
    const shown = [0, 1, 1023, 1024, 1536, 8544768, 23.5 * 2 ** 30, 2 ** 60].map(formatBytes);
    const wanted = ["0 B", "1 B", "1023 B", "1.00 KiB", "1.50 KiB", "8.15 MiB", "23.5 GiB"];
    assert.deepEqual(shown, [...wanted, "1024 PiB"]);
  });

  it("changes the unit before a number gets four digits by rounding", () => {
    assert.equal(formatBytes(1024 * 1024 - 1), "1.00 MiB");
    assert.equal(formatBytes(999.6 * 1024), "1000 KiB");
    assert.equal(formatCount(999_999), "1.00 M");
  });

  it("gives counts in full while they are short", () => {
    const shown = [0, 9999, 10_000, 4_253_184, 7_241_732_096, 2e12].map(formatCount);
    assert.deepEqual(shown, ["0", "9999", "10.0 K", "4.25 M", "7.24 B", "2.00 T"]);
  });

  it("gives durations in the unit that fits", () => {
    const shown = [0, 1.234, 45.67, 999.4, 1000, 59_990, 60_000, 125_400].map(formatDuration);
    const wanted = ["0.00 ms", "1.23 ms", "45.7 ms", "999 ms", "1.00 s", "60.0 s"];
    assert.deepEqual(shown, [...wanted, "1 min 0 s", "2 min 5 s"]);
  });

  it("gives shares and rates", () => {
    assert.deepEqual([0, 0.0014, 0.9987, 1].map(formatPercent), [
      "0.0 %",
      "0.1 %",
      "99.9 %",
      "100.0 %",
    ]);
    assert.equal(formatRate(96.73), "96.7 tokens/s");
  });
});
