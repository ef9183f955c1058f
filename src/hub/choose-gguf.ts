import { ModelNotFoundError, ResourceError } from "../errors.js";
import { nearest } from "../internal/nearest.js";
import { baseName, type GgufGroup } from "./gguf-groups.js";

/** Where more bits cost little: these are taken while they need this share of memory at most. */
const EASY = ["Q8_0", "Q6_K", "Q5_K_M", "Q5_K_S"];
const EASY_SHARE = 0.25;
/**
 * Then the first of these that fits, from the usual one downwards. Behind them what is larger
 * than it would have to be, for repositories that have nothing else.
 */
const USUAL = [
  ...["Q4_K_M", "UD-Q4_K_XL", "Q4_K_S", "IQ4_NL", "IQ4_XS", "Q4_1", "Q4_0", "MXFP4", "MXFP4_MOE"],
  ...["Q3_K_L", "UD-Q3_K_XL", "Q3_K_M", "IQ3_M", "IQ3_S", "Q3_K_S", "IQ3_XS", "IQ3_XXS"],
  ...["Q2_K_L", "UD-Q2_K_XL", "Q2_K", "IQ2_M", "IQ2_S", "IQ2_XS", "IQ2_XXS", "IQ1_M", "IQ1_S"],
  ...["Q5_K_S", "Q5_K_M", "Q5_1", "Q5_0", "Q6_K", "UD-Q6_K_XL", "Q8_0", "UD-Q8_K_XL"],
  ...["F16", "BF16", "F32"],
];
/** The rest is for the KV cache, the system and other programs. */
const MOST_SHARE = 0.8;

/** A repository's models, and which of them is asked for. */
export interface GgufQuestion {
  readonly repo: string;
  readonly groups: readonly GgufGroup[];
  /** As the user wrote it. */
  readonly quantization: string | undefined;
  /** Of this machine, in bytes. */
  readonly memory: number;
}

/**
 * The model with the quantisation that was named; without one, the best that this machine has
 * the memory for.
 *
 * @throws {ModelNotFoundError} MODEL_NOT_FOUND when it is not there, or not the only one
 * @throws {ResourceError} RESOURCE when none fits
 */
export function chooseGguf(question: GgufQuestion): GgufGroup {
  const { groups, quantization } = question;
  const found = quantization === undefined ? fitting(question) : named(question, quantization);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const which = quantization ?? first?.quantization ?? "the same kind";
  throw ambiguous(question.repo, which, first === undefined ? groups : found);
}

function named({ repo, groups }: GgufQuestion, quantization: string): readonly GgufGroup[] {
  const wanted = quantization.toUpperCase();
  const found = groups.filter((group) => group.quantization === wanted);
  if (found.length > 0) return found;
  const there = [...new Set(groups.map((group) => group.quantization ?? baseName(group.name)))];
  const near = nearest(quantization, there);
  throw new ModelNotFoundError(
    `${repo} has no GGUF file of the quantization ${quantization}. ` +
      (near === undefined ? "" : `Did you mean ${near}? `) +
      `It has ${there.sort().join(", ")}.`,
    { details: { quantization, allowed: there, ...(near === undefined ? {} : { nearest: near }) } },
  );
}

function fitting({ repo, groups, memory }: GgufQuestion): readonly GgufGroup[] {
  if (groups.length === 1 && groups.every(({ size }) => size <= memory)) return groups;
  for (const [types, share] of [
    [EASY, EASY_SHARE],
    [USUAL, MOST_SHARE],
  ] as const) {
    for (const type of types) {
      const found = groups.filter(
        ({ quantization, size }) => quantization === type && size <= memory * share,
      );
      if (found.length > 0) return found;
    }
  }
  const smallest = [...groups].sort((a, b) => a.size - b.size)[0];
  // A name that says nothing of the type, in a repository with only such.
  if (smallest === undefined || smallest.size <= memory * MOST_SHARE) return [];
  throw tooLarge(repo, smallest, memory);
}

function tooLarge(repo: string, { name, quantization, size }: GgufGroup, memory: number): Error {
  const which = quantization ?? baseName(name);
  return new ResourceError(
    `The smallest model of ${repo}, ${which}, has ${gib(size)}, and this machine ` +
      `${gib(memory)} of memory. Name it to load it nevertheless: ${repo}:${which}`,
    {
      details: {
        device: "cpu",
        needed_bytes: size,
        available_bytes: memory,
        remedies: ["choose a smaller model", `name it to load it nevertheless: ${repo}:${which}`],
      },
    },
  );
}

function ambiguous(repo: string, which: string, groups: readonly GgufGroup[]): Error {
  const files = groups.flatMap(({ files: [first] }) => (first === undefined ? [] : [first.path]));
  return new ModelNotFoundError(
    `${repo} has several models of ${which}. Name one: ${files
      .slice(0, 5)
      .map((file) => `${repo}/${file}`)
      .join(", ")}${files.length > 5 ? ", ..." : ""}`,
    { details: { model: repo, files } },
  );
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
