import { LEGACY } from "../config/legacy.js";
import { DEFERRED } from "../config/deferred.js";
import { InvalidParameterError } from "../index.js";
import { nearest } from "../internal/nearest.js";
import type { Flag } from "./flag.js";

/** The error for a flag that the command does not have; says what was probably meant. */
export function unknownFlagError(typed: string, flags: readonly Flag[]): InvalidParameterError {
  const names = flags.map(({ name }) => `--${name}`);
  const option = typed.replace(/^-+/, "").replaceAll("-", "_");
  const near = replacementOf(option, names) ?? nearest(typed, names);
  return new InvalidParameterError(`Unknown option ${typed}.${advice(option, near)}`, {
    details: {
      parameter: typed,
      value: typed,
      allowed: names.join(", "),
      ...(near === undefined ? {} : { nearest: near }),
    },
  });
}

/** The flag for a name of the old API or of a neighbouring tool. */
function replacementOf(option: string, names: readonly string[]): string | undefined {
  const by = Object.hasOwn(LEGACY, option) ? LEGACY[option]?.by : undefined;
  const name = `--${by?.replaceAll("_", "-") ?? ""}`;
  return names.includes(name) ? name : undefined;
}

function advice(option: string, near: string | undefined): string {
  if (near !== undefined) return ` Did you mean ${near}?`;
  if (!Object.hasOwn(DEFERRED, option)) return "";
  return ` This version does not serve it yet. ${DEFERRED[option as keyof typeof DEFERRED].instead}`;
}
