import assert from "node:assert/strict";

import { gaps, median, percentile, summary } from "../../../bench/lib/statistics.mjs";

describe("benchmark statistics", () => {
  it("take the middle of an odd, and the mean of the middle of an even number of values", () => {
    assert.equal(median([30, 10, 20]), 20);
    assert.equal(median([40, 10, 20, 30]), 25);
    assert.equal(median([7]), 7);
    assert.ok(Number.isNaN(median([])));
  });

  it("leave the values in their order", () => {
    const values = [3, 1, 2];
    median(values);
    percentile(values, 0.5);
    assert.deepEqual(values, [3, 1, 2]);
  });

  it("find percentiles by nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
    assert.equal(percentile(hundred, 0.99), 99);
    assert.equal(percentile(hundred, 1), 100);
    assert.equal(percentile(hundred, 0), 1);
    assert.equal(percentile([5], 0.99), 5);
  });

  it("summarise with the smallest and the largest", () => {
    assert.deepEqual(summary([3, 1, 2]), { median: 2, least: 1, most: 3 });
  });

  it("count a gap that begins before the time asked for and ends in it", () => {
    const times = [0, 10, 50, 60, 200];
    assert.deepEqual(gaps(times), [10, 40, 10, 140]);
    assert.deepEqual(gaps(times, 20, 55), [40, 10]);
    assert.deepEqual(gaps(times, 70, 80), [140]);
    assert.deepEqual(gaps([1], 0, 10), []);
  });
});
