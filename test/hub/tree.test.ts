import assert from "node:assert/strict";
import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

import { ProviderConnectionError } from "../../src/errors.js";
import { HubConnection } from "../../src/hub/http.js";
import { hubSettings } from "../../src/hub/settings.js";
import { findCommit, listFiles } from "../../src/hub/tree.js";
import { rejectionOf } from "../helpers/rejection.js";

const { signal } = new AbortController();

describe("a server that is no Hub", () => {
  let server: http.Server;
  let hub: HubConnection;
  let answer: http.RequestListener;

  beforeEach(async () => {
    server = http.createServer((request, response) => {
      answer(request, response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    hub = new HubConnection(
      hubSettings(
        { cache_dir: undefined, token: undefined, revision: undefined, local_files_only: false },
        { HF_ENDPOINT: endpoint },
      ),
    );
  });
  afterEach(() => {
    hub.close();
    server.close();
  });

  it("gives pages without end", async () => {
    let pages = 0;
    answer = (_, response) => {
      pages += 1;
      response.setHeader("link", '<?cursor=next>; rel="next"');
      response.end("[]");
    };
    const listing = listFiles(hub, "owner/name", "0".repeat(40), { signal });
    const error = await rejectionOf(ProviderConnectionError, listing);
    assert.match(error.message, /lists more files in owner\/name than make sense/);
    assert.ok(pages > 100);
  });

  it("has nothing to say about a revision", async () => {
    for (const text of ["null", "[]", '{"sha":5}']) {
      answer = (_, response) => {
        response.end(text);
      };
      const commit = findCommit(hub, "owner/name", "main", { signal });
      const error = await rejectionOf(ProviderConnectionError, commit);
      assert.match(error.message, /names no commit for owner\/name/);
    }
  });

  it("gives 100,000 entries on one page", async () => {
    const entry = { type: "file", path: "a", size: 1, oid: "0".repeat(40) };
    answer = (_, response) => {
      response.end(JSON.stringify(Array.from({ length: 150_000 }, () => entry)));
    };
    assert.equal((await listFiles(hub, "owner/name", "0".repeat(40), { signal })).length, 150_000);
  });
});
