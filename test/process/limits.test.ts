import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CHILD_TIMEOUT_MS, PACKAGE_MAIN } from "../helpers/child.js";

interface Outcome {
  readonly refused: {
    readonly code: string;
    readonly details: Readonly<Record<"device" | "needed_bytes" | "available_bytes", unknown>>;
  };
  readonly remedies: readonly { readonly option: string; readonly text?: string }[];
}

describe("under a limit of the process's memory", function () {
  this.timeout(CHILD_TIMEOUT_MS);

  it("a model that would pass it is refused, and each remedy works", async function () {
    if (process.platform !== "linux") this.skip();
    const child = fileURLToPath(new URL("./children/limited.mjs", import.meta.url));
    // In KiB: Node and the weights fit into it, and a cache of 2.5 GB does not.
    const command = 'ulimit -d 1500000 && exec "$0" "$@"';
    const { stdout } = await promisify(execFile)(
      "sh",
      ["-c", command, process.execPath, child, PACKAGE_MAIN],
      { env: { ...process.env, NODE_OPTIONS: "" }, timeout: CHILD_TIMEOUT_MS },
    );
    const { refused, remedies } = JSON.parse(stdout) as Outcome;
    assert.equal(refused.code, "RESOURCE");
    const { device, needed_bytes, available_bytes } = refused.details;
    assert.equal(device, "cpu");
    assert.ok(Number(needed_bytes) > Number(available_bytes));
    assert.ok(Number(available_bytes) < 1_500_000 * 1024);
    assert.ok(remedies.length > 0);
    for (const { option, text } of remedies) assert.ok((text ?? "").length > 0, option);
  });
});
