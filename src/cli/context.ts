import type { Host } from "./host.js";
import { Output } from "./output.js";

/** What every command gets besides its arguments. */
export interface Context {
  readonly host: Host;
  /** Results, and nothing else. */
  readonly out: Output;
  /** Everything else. */
  readonly err: Output;
}

export function makeContext(host: Host): Context {
  return { host, out: new Output(host.stdout, host.env), err: new Output(host.stderr, host.env) };
}
