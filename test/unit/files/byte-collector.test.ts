import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteBudget, ByteCollector } from "../../../src/files/byte-collector.js";

const LABEL = { text: "x", index: 0 };

describe("a collector of bytes", () => {
  it("has all pieces in order, whatever size was told, in memory of its own", () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 6 });
    fc.assert(
      fc.property(pieces, fc.option(fc.integer({ min: 0, max: 40 })), (parts, told) => {
        const collector = new ByteCollector(LABEL, 1000, new ByteBudget(1000));
        if (told !== null) collector.expect(told);
        for (const part of parts) collector.add(part.slice());
        const bytes = collector.finish();
        assert.deepEqual(Buffer.from(bytes), Buffer.concat(parts));
        assert.equal(bytes.buffer.byteLength, bytes.length);
      }),
    );
  });

  it("stops at its limit, and at that of all together", () => {
    const budget = new ByteBudget(5);
    const first = new ByteCollector(LABEL, 4, budget);
    first.add(new Uint8Array(3));
    assert.throws(() => {
      first.add(new Uint8Array(2));
    }, /has more than 4 bytes/);
    assert.throws(() => {
      first.expect(5);
    }, /has more than 4 bytes/);
    const second = new ByteCollector(LABEL, 4, budget);
    assert.throws(() => {
      second.add(new Uint8Array(3));
    }, /larger than 5 bytes together/);
  });
});
