import { loadBinding } from "../native/load.js";
import type { NativeBinding } from "../native/binding.js";
import { Dispatcher } from "./dispatcher.js";

export interface NativeRuntime {
  readonly binding: NativeBinding;
  readonly dispatcher: Dispatcher;
}

// On the addon's exports, which Node keeps once per thread: module registries that load
// this file again (test runners, linked copies) must find the channel that exists.
const RUNTIME: unique symbol = Symbol.for("abstractllm.runtime");

type SharedBinding = NativeBinding & { [RUNTIME]: NativeRuntime | undefined };

/**
 * The addon and its event channel, one per thread of JavaScript, on first use.
 *
 * @throws {NativeBindingError} NATIVE_UNAVAILABLE
 */
export function nativeRuntime(): NativeRuntime {
  const shared = loadBinding() as SharedBinding;
  const existing = shared[RUNTIME];
  return existing ?? (shared[RUNTIME] = start(shared));
}

function start(binding: NativeBinding): NativeRuntime {
  const dispatcher = new Dispatcher();
  binding.setEventHandler(dispatcher.handle);
  // Node runs no cleanup hooks after process.exit() or an uncaught error, and ends the
  // process under running threads; so stop them here.
  process.once("exit", () => {
    binding.shutdownSync();
  });
  return { binding, dispatcher };
}
