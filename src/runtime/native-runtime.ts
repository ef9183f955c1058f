import { loadBinding } from "../native/load.js";
import type { NativeBinding } from "../native/binding.js";
import { Dispatcher } from "./dispatcher.js";

export interface NativeRuntime {
  readonly binding: NativeBinding;
  readonly dispatcher: Dispatcher;
}

let runtime: NativeRuntime | undefined;

/**
 * The addon and its event channel, one per thread of JavaScript, on first use.
 *
 * @throws {NativeBindingError} NATIVE_UNAVAILABLE
 */
export function nativeRuntime(): NativeRuntime {
  if (runtime === undefined) {
    const binding = loadBinding();
    const dispatcher = new Dispatcher();
    binding.setEventHandler(dispatcher.handle);
    // Node runs no cleanup hooks after process.exit() or an uncaught error, and ends
    // the process under running threads; so stop them here.
    process.once("exit", () => {
      binding.shutdownSync();
    });
    runtime = { binding, dispatcher };
  }
  return runtime;
}
