import assert from "node:assert/strict";
import fc from "fast-check";
import { plainValue } from "../../../src/internal/plain-value.js";
import { preview } from "../../../src/internal/preview.js";

class Config {
  temperature = 1;
}

describe("preview", () => {
  const cases: [unknown, string][] = [
    ["hot", '"hot"'],
    ['a "b"\n', '"a \\"b\\"\\n"'],
    [-0, "-0"],
    [NaN, "NaN"],
    [12n, "12n"],
    [10n ** 60n, "[bigint]"],
    [undefined, "undefined"],
    [null, "null"],
    [Symbol("s"), "Symbol(s)"],
    [parseInt, "[function parseInt]"],
    [() => 1, "[function]"],
    [[1, [2, [3]]], "[1, [2, [...]]]"],
    [[1, 2, 3, 4], "[1, 2, 3, ...]"],
    [[], "[]"],
    [{}, "{}"],
    [{ a: 1, "b-c": "x" }, '{ a: 1, "b-c": "x" }'],
    [Object.create(null), "{}"],
    [new Config(), "[Config]"],
    [new Map(), "[Map]"],
  ];

  for (const [value, text] of cases) {
    it(`shows ${text}`, () => {
      assert.equal(preview(value), text);
    });
  }

  it("cuts long strings and says how long they are", () => {
    assert.equal(preview("x".repeat(100)), `"${"x".repeat(60)}"... (100 characters)`);
  });

  it("does not cut a character in half", () => {
    assert.ok(!/\p{Surrogate}/u.test(preview(`${"x".repeat(59)}\u{1F600}more`)));
  });

  it("ends on objects that contain themselves", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    assert.equal(preview(loop), "{ self: { self: {...} } }");
  });

  it("runs no getters", () => {
    const trap = {
      get boom(): never {
        throw new Error("a getter ran");
      },
    };
    assert.equal(preview(trap), "{ boom: [getter] }");
  });

  it("survives proxies that throw on everything", () => {
    const refuse = (): never => {
      throw new Error("no");
    };
    const handler = { getPrototypeOf: refuse, ownKeys: refuse, get: refuse };
    assert.equal(preview(new Proxy({}, handler)), "[object]");
  });

  it("gives one short line of well-formed text for any value", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withSparseArray: true }), (value) => {
        const text = preview(value);
        assert.ok(text.length < 2000);
        assert.ok(!text.includes("\n"));
      }),
    );
  });
});

describe("plainValue", () => {
  it("keeps JSON scalars and draws the rest", () => {
    assert.equal(plainValue("a"), "a");
    assert.equal(plainValue(-1), -1);
    assert.equal(plainValue(false), false);
    assert.equal(plainValue(null), null);
    assert.equal(plainValue([1]), "[1]");
    assert.equal(plainValue(undefined), "undefined");
    assert.equal(plainValue(1n), "1n");
  });
});
