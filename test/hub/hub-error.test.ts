import assert from "node:assert/strict";

import { ProviderConnectionError, ResourceError } from "../../src/errors.js";
import { toHubError } from "../../src/hub/hub-error.js";
import { hubSettings } from "../../src/hub/settings.js";

const SETTINGS = hubSettings(
  { cache_dir: undefined, token: undefined, revision: undefined, local_files_only: false },
  { HF_HUB_CACHE: "/the/cache" },
);
const ASKED = { model: "owner/name", repo: "owner/name", revision: "main" };

function failure(code: string, more: object = {}): Error {
  return Object.assign(new Error(`${code}: as the system says`), { code, ...more });
}

describe("an error without an answer of the Hub", () => {
  for (const code of ["ECONNRESET", "ENOTFOUND", "CERT_HAS_EXPIRED", "EPROTO", "HPE_INVALID"]) {
    it(`is one of the connection: ${code}`, () => {
      const error = toHubError(failure(code, { syscall: "read" }), ASKED, SETTINGS);
      assert.ok(error instanceof ProviderConnectionError);
      assert.equal(error.details["reason"], code);
    });
  }

  it("is a full disk, which no connection helps", () => {
    const error = toHubError(failure("ENOSPC", { syscall: "write" }), ASKED, SETTINGS);
    assert.ok(error instanceof ResourceError);
    assert.match(error.message, /the cache, \/the\/cache: its disk is full/);
    assert.match(error.details.remedies.join("; "), /make room.*cache_dir/);
  });

  it("is a folder that cannot be written to, by its name", () => {
    const path = "/the/cache/models--owner--name";
    const error = toHubError(failure("EACCES", { syscall: "mkdir", path }), ASKED, SETTINGS);
    assert.ok(error instanceof ResourceError);
    assert.equal(error.details["path"], path);
  });
});
