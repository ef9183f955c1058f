import assert from "node:assert/strict";
import { Interrupts } from "../../src/cli/interrupts.js";

describe("Interrupts", () => {
  it("stops the work first, and leaves at the second", () => {
    let left = 0;
    const interrupts = new Interrupts(() => left++);
    const { signal } = interrupts;
    interrupts.interrupt();
    assert.ok(signal.aborted);
    assert.equal((signal.reason as Error).name, "AbortError");
    assert.equal(left, 0);
    interrupts.interrupt();
    assert.equal(left, 1);
  });

  it("begins anew with new work", () => {
    let left = 0;
    const interrupts = new Interrupts(() => left++);
    interrupts.interrupt();
    interrupts.renew();
    assert.ok(!interrupts.signal.aborted);
    interrupts.interrupt();
    assert.equal(left, 0);
    const { signal } = new Interrupts(() => left++);
    assert.ok(!signal.aborted);
  });
});
