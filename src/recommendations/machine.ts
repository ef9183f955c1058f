import { freemem } from "node:os";

import { errorFromNative } from "../errors.js";
import type { NativeFailure } from "../native/binding.js";
import { nativeRuntime } from "../runtime/native-runtime.js";
import type { MachineFacts } from "./types.js";

let measured: number | undefined;
let measuring: Promise<number> | undefined;

/**
 * Bytes per second with which this machine reads memory, by the cores that compute. It is
 * measured once per thread of JavaScript, on threads of its own, in about a tenth of a second.
 *
 * @throws {NativeBindingError} NATIVE_UNAVAILABLE
 * @throws {ResourceError} RESOURCE when there is no memory for it
 */
export async function measureMemoryBandwidth(): Promise<number> {
  measuring ??= measure();
  try {
    return await measuring;
  } catch (error) {
    // Memory may be free again later.
    measuring = undefined;
    throw error;
  }
}

/** What is known of this machine now. Starts measuring, if nobody did, and does not wait. */
export function machineFacts(): MachineFacts {
  // Whoever wants to know why there is none calls it itself.
  if (measured === undefined) measureMemoryBandwidth().catch(() => undefined);
  return { availableBytes: availableBytes(), bandwidth: measured };
}

async function measure(): Promise<number> {
  const { binding } = nativeRuntime();
  measured = await binding.measureMemoryBandwidth().catch((failure: unknown) => {
    throw errorFromNative(failure as NativeFailure);
  });
  return measured;
}

/** What the system can give, and this process may have: containers have limits. */
function availableBytes(): number {
  // Other runtimes than Node may lack it.
  // eslint-disable-next-line n/no-unsupported-features/node-builtins -- there since 20.13
  const { availableMemory } = process as Partial<NodeJS.Process>;
  return Math.min(availableMemory?.() ?? Infinity, freemem());
}
