import { HuggingFaceProvider } from "../../src/index.js";
import { DEFAULTS } from "../helpers/provider.js";
import { firstPiece, generateEndlessly } from "../helpers/endless.js";

/** A provider in some state of its life, for as long as one call is tried on it. */
export interface Stage {
  readonly llm: HuggingFaceProvider;
  /** Lets go on what holds the provider in its state, so that queued calls are served. */
  readonly release: () => void;
}

type Enter = (during: (stage: Stage) => void) => Promise<void>;

const provider = (): HuggingFaceProvider => new HuggingFaceProvider(DEFAULTS);
const nothing = (): void => undefined;

/**
 * Brings a new provider into a state and calls `during` in it, synchronously: so the
 * state is what it says, and not what it was a turn ago.
 */
export const STATES = {
  async new(during) {
    during({ llm: provider(), release: nothing });
    return Promise.resolve();
  },

  async loading(during) {
    const llm = provider();
    let entered = false;
    await llm
      .preload({
        onProgress: () => {
          if (!entered) during({ llm, release: nothing });
          entered = true;
        },
      })
      // A call that closes the provider ends this one.
      .catch(nothing);
  },

  async ready(during) {
    const llm = provider();
    await llm.preload();
    during({ llm, release: nothing });
  },

  async busy(during) {
    const llm = provider();
    const run = generateEndlessly(llm);
    await firstPiece(run);
    during({
      llm,
      release: () => {
        run.abort();
      },
    });
  },

  async closing(during) {
    const llm = provider();
    await firstPiece(generateEndlessly(llm));
    const closed = llm.cleanup();
    during({ llm, release: nothing });
    await closed;
  },

  async closed(during) {
    const llm = provider();
    await llm.preload();
    await llm.cleanup();
    during({ llm, release: nothing });
  },
} as const satisfies Record<string, Enter>;

export type State = keyof typeof STATES;
