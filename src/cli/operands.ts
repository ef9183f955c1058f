import type { Arguments } from "./arguments.js";
import { UsageError } from "./usage-error.js";

/** @throws {UsageError} when there are more operands than the command takes */
export function refuseOperands({ positionals }: Arguments, allowed: number): void {
  const surplus = positionals[allowed];
  if (surplus === undefined) return;
  throw new UsageError(`${JSON.stringify(surplus)} is one argument too many.`);
}
