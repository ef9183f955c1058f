import assert from "node:assert/strict";
import { inSlices } from "../../../src/runtime/in-slices.js";
import { rejection } from "../../helpers/rejection.js";

describe("work in slices", () => {
  it("lets others run before it ends", async () => {
    let isTold = false;
    function* work(): Generator<undefined, string> {
      setImmediate(() => {
        isTold = true;
      });
      while (!isTold) yield;
      return "done";
    }
    assert.equal(await inSlices(work()), "done");
  });

  it("fails as the work does", async () => {
    function* work(): Generator<undefined, string> {
      yield;
      throw new RangeError("no more");
    }
    assert.ok((await rejection(inSlices(work()))) instanceof RangeError);
  });
});
