import type { core } from "zod/mini";

type Issue = core.$ZodIssue;

/**
 * Where in a value the first problem is. For a union it is in the alternative that got
 * furthest: `["a", 1]` as "string or strings" is wrong at [1], not as a whole.
 */
export function issuePath(issues: readonly Issue[]): readonly PropertyKey[] {
  const [first] = issues;
  if (first === undefined) return [];
  if (first.code !== "invalid_union") return first.path;

  const branches = first.errors.map((branch) => issuePath(branch));
  const deepest = branches.reduce((a, b) => (b.length > a.length ? b : a), []);
  return [...first.path, ...deepest];
}
