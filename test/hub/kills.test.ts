import assert from "node:assert/strict";

import { CHILD_TIMEOUT_MS } from "../helpers/child.js";
import { killDownloads } from "./kills.js";

describe("a download that is killed at random moments", () => {
  it("goes on where it was, and never shows a wrong byte", async function () {
    this.timeout(CHILD_TIMEOUT_MS);
    const { kills, completed } = await killDownloads(5, Math.random);
    assert.ok(kills >= 5 && completed >= 2);
  });
});
