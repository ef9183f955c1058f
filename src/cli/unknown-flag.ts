import { DEFERRED } from "../config/deferred.js";
import { replacementOf } from "../config/legacy.js";
import { InvalidParameterError } from "../index.js";
import { nearest } from "../internal/nearest.js";
import type { Flag } from "./flag.js";

/**
 * The error for a flag that the command does not have; says what was probably meant.
 * @param typed the flag, for example "--modle"
 * @param argument the whole argument that it is in
 */
export function unknownFlagError(
  typed: string,
  argument: string,
  flags: readonly Flag[],
): InvalidParameterError {
  const names = flags.map(({ name }) => `--${name}`);
  if (!looksLikeFlag(argument)) return unknownFlag(argument, ` ${DASH_ADVICE}`, names);

  const option = typed.replace(/^-+/, "").replaceAll("-", "_");
  const replacement = replacementOf(option);
  const by = `--${replacement?.by?.replaceAll("_", "-") ?? ""}`;
  const near = names.includes(by) ? by : nearest(typed, names);
  if (near !== undefined) return unknownFlag(typed, ` Did you mean ${near}?`, names, near);
  return unknownFlag(typed, adviceOn(option, replacement?.advice), names);
}

const DASH_ADVICE = "What begins with a dash and is no option comes behind --, after all options.";

/** "--max-tokens=5" and "-m" do; "-5 degrees" and "- an item of a list" do not. */
function looksLikeFlag(argument: string): boolean {
  return /^--?[a-z][\w-]*(?:=|$)/is.test(argument);
}

function adviceOn(option: string, advice: string | undefined): string {
  if (advice !== undefined) return ` ${advice}`;
  if (!Object.hasOwn(DEFERRED, option)) return "";
  return ` This version does not serve it yet. ${DEFERRED[option as keyof typeof DEFERRED].instead}`;
}

function unknownFlag(
  typed: string,
  advice: string,
  names: readonly string[],
  near?: string,
): InvalidParameterError {
  return new InvalidParameterError(`Unknown option ${typed}.${advice}`, {
    details: {
      parameter: typed,
      value: typed,
      allowed: names.join(", "),
      ...(near === undefined ? {} : { nearest: near }),
    },
  });
}
