import assert from "node:assert/strict";
import { readUpTo } from "../../../src/checkpoint/read-json.js";

describe("reading a small file", () => {
  it("goes on after reads that give less than there is", async () => {
    const bytes = Buffer.from('{"é": 1}');
    const file = {
      read(target: Buffer, offset: number, _length: number, position: number): unknown {
        const bytesRead = bytes.copy(target, offset, position, position + 1);
        return Promise.resolve({ bytesRead, buffer: target });
      },
    };
    assert.equal(await readUpTo(file as never, bytes.length), '{"é": 1}');
    // It became shorter meanwhile.
    assert.equal(await readUpTo(file as never, bytes.length + 9), '{"é": 1}');
  });
});
