import assert from "node:assert/strict";
import {
  HuggingFaceProvider,
  InvalidParameterError,
  InvalidRequestError,
} from "../../src/index.js";
import { rejectionOf } from "../helpers/rejection.js";
import { METHODS, type Method } from "./methods.js";
import { STATES, type Stage, type State } from "./states.js";

/** Calls a method in a state, and waits for both to be over. */
async function callIn(
  state: State,
  call: (llm: HuggingFaceProvider) => unknown,
  waits = false,
): Promise<unknown> {
  let outcome: Promise<unknown> | undefined;
  let used: Stage | undefined;
  await STATES[state]((stage) => {
    used = stage;
    outcome = Promise.resolve(call(stage.llm));
    // Looked at below, when the state has been left.
    outcome.catch(() => undefined);
    if (waits) stage.release();
  });
  assert.ok(used !== undefined && outcome !== undefined, `never ${state}`);
  try {
    return await outcome;
  } finally {
    used.release();
    await used.llm.cleanup();
  }
}

const isOver = (state: State): boolean => state === "closing" || state === "closed";

describe("HuggingFaceProvider", () => {
  for (const state of Object.keys(STATES) as State[]) {
    describe(`that is ${state}`, () => {
      for (const [name, method] of Object.entries(METHODS)) {
        if (isOver(state) && method.always !== true) refuses(state, name, method);
        else serves(state, name, method);
      }

      it("load() says that there is none", async () => {
        const error = await rejectionOf(
          InvalidRequestError,
          callIn(state, async (llm) => {
            await Promise.resolve();
            // eslint-disable-next-line @typescript-eslint/no-deprecated -- this is its test
            llm.load();
          }),
        );
        assert.match(error.message, /preload\(\)/);
      });

      it("wrong options are refused, whatever the state", async () => {
        const options = { temprature: 1 } as never;
        for (const call of [
          (llm: HuggingFaceProvider) => llm.generate("Hello", options),
          (llm: HuggingFaceProvider) => llm.preload(options),
          (llm: HuggingFaceProvider) => llm.tokenize("Hello", options),
          (llm: HuggingFaceProvider) => llm.score("Hello", options),
        ]) {
          await rejectionOf(InvalidParameterError, callIn(state, call));
        }
      });

      it("a call that is aborted already rejects with the reason", async () => {
        const reason = new Error("no");
        const signal = AbortSignal.abort(reason);
        const outcome = callIn(state, (llm) => llm.generate("Hello", { signal }));
        assert.equal(await outcome.catch((error: unknown) => error), reason);
      });
    });
  }

  function serves(state: State, name: string, { call, check, waits }: Method): void {
    it(`${name} works`, async () => {
      check(await callIn(state, call, waits), state);
    });
  }

  function refuses(state: State, name: string, { call }: Method): void {
    it(`${name} is refused`, async () => {
      const error = await rejectionOf(InvalidRequestError, callIn(state, call));
      assert.equal(error.code, "INVALID_REQUEST");
      assert.match(error.message, /cleaned up/);
    });
  }

  it("costs nothing to construct, and touches no file", () => {
    const llm = new HuggingFaceProvider({ model: "./there/is/no/such.gguf" });
    assert.ok(llm instanceof HuggingFaceProvider);
  });

  it("cannot be used through another object", async () => {
    const stranger = Object.create(HuggingFaceProvider.prototype) as HuggingFaceProvider;
    await rejectionOf(TypeError, stranger.generate("Hello"));
    await rejectionOf(TypeError, stranger.tokenize("Hello"));
    await rejectionOf(TypeError, stranger.getResourceUsage());
  });
});
