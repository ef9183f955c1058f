import type { Config } from "./config.js";
import type { Metadata } from "./metadata.js";

/** Rotary position embeddings, whatever version of transformers wrote them down. */
export interface Rope {
  readonly theta: number;
  /** Of layers with a sliding window, where it differs. */
  readonly localTheta: number | undefined;
  /** The part of a head that rotates; 1 is all of it. */
  readonly partial: number;
  /** "default", "linear", "dynamic", "yarn", "llama3", "longrope". */
  readonly type: string;
  /** The other settings of the type. */
  readonly settings: Config;
  /** Tokens that the model was first trained on; undefined: as many as it takes now. */
  readonly originalContext: number | undefined;
}

/**
 * transformers 4 has rope_theta, rope_scaling and partial_rotary_factor side by side;
 * transformers 5 has all in rope_parameters, once per kind of layer where kinds differ.
 */
export function readRope(config: Config): Rope {
  const all = config.object("rope_parameters", "rope_scaling");
  const own = all?.object("full_attention") ?? all;
  const theta =
    own?.optionalNumber("rope_theta") ??
    config.optionalNumber("global_rope_theta", "rope_theta", "rotary_emb_base") ??
    10000;
  const local =
    all?.object("sliding_attention")?.optionalNumber("rope_theta") ??
    config.optionalNumber("rope_local_base_freq", "local_rope_theta");
  const partial =
    own?.optionalNumber("partial_rotary_factor") ??
    config.optionalNumber("partial_rotary_factor", "rotary_pct", "rope_pct") ??
    1;
  const originalContext =
    own?.optionalInteger("original_max_position_embeddings") ??
    config.optionalInteger("original_max_position_embeddings");
  const isSane = theta > 0 && (local ?? 1) > 0 && partial > 0 && partial <= 1;
  if (!isSane || originalContext === 0) {
    throw config.damaged("a setting of the rotary position embeddings is out of range.");
  }
  return {
    theta,
    localTheta: local === theta ? undefined : local,
    partial,
    type: typeName(own),
    settings: own ?? all ?? config,
    originalContext,
  };
}

function typeName(settings: Config | undefined): string {
  const name = settings?.text("rope_type", "type") ?? "default";
  return name === "su" ? "longrope" : name;
}

/** Numbers of a head that rotate: an even number, because they do so in pairs. */
export function rotatedDimensions(rope: Rope, headDim: number): number {
  const count = Math.trunc(rope.partial * headDim);
  if (count >= 2 && count % 2 === 0) return count;
  throw rope.settings.damaged(
    `partial_rotary_factor ${String(rope.partial)} of head_dim ${String(headDim)} is no even number of dimensions.`,
  );
}

/**
 * The metadata of a rotation.
 *
 * @param supported the types of scaling that the architecture's graph knows
 * @throws {UnsupportedModelError} UNSUPPORTED_MODEL for other types
 */
export function ropeMetadata(
  rope: Rope,
  { architecture, supported }: { architecture: string; supported: readonly string[] },
  context: number,
): Metadata[] {
  const metadata: Metadata[] = [["rope.freq_base", "f32", rope.theta]];
  if (rope.localTheta !== undefined) metadata.push(["rope.freq_base_swa", "f32", rope.localTheta]);
  // Dynamic scaling starts only beyond the context that the model was made for.
  if (rope.type === "default" || rope.type === "dynamic") return metadata;
  if (!supported.includes(rope.type)) {
    const known = ["default", "dynamic", ...supported].join(", ");
    throw rope.settings.unsupported(architecture, "rope_type", rope.type, known);
  }
  switch (rope.type) {
    case "linear":
      metadata.push(["rope.scaling.type", "string", "linear"]);
      metadata.push(["rope.scaling.factor", "f32", scalingFactor(rope, context)]);
      break;
    case "yarn":
      metadata.push(...yarn(rope, architecture, context));
      break;
    case "longrope":
      metadata.push(...longRope(rope, context));
      break;
    // llama3 is all in the tensor rope_freqs, and mrope in the sections (ropeSections).
  }
  return metadata;
}

/** Pairs of a head that rotate by time, height and width. */
export function ropeSections(rope: Rope, headDim: number): Metadata {
  const sections = rope.settings.numbers("mrope_section") ?? [];
  const sum = sections.reduce((total, section) => total + section, 0);
  const isSane = sections.length === 3 && sections.every((n) => Number.isInteger(n) && n > 0);
  if (isSane && sum === headDim / 2) return ["rope.dimension_sections", "i32[]", [...sections, 0]];
  throw rope.settings.damaged("mrope_section has to be three numbers, of half a head together.");
}

function scalingFactor(rope: Rope, context: number): number {
  const factor = rope.settings.optionalNumber("factor");
  const value = factor ?? context / (rope.originalContext ?? context);
  if (value >= 1) return value;
  throw rope.settings.damaged(`the factor of rope scaling is ${String(value)}, less than 1.`);
}

const YARN_CONSTANTS = [
  ["beta_fast", 32],
  ["beta_slow", 1],
  ["truncate", true],
] as const;

function yarn(rope: Rope, architecture: string, context: number): Metadata[] {
  // Few graphs of the engine read these settings; all others have them built in.
  for (const [name, value] of YARN_CONSTANTS) {
    const given = rope.settings.value(name) ?? value;
    if (given !== value) throw rope.settings.unsupported(architecture, name, given, String(value));
  }
  const factor = scalingFactor(rope, context);
  const original = rope.originalContext ?? context;
  const metadata: Metadata[] = [
    ["rope.scaling.type", "string", "yarn"],
    ["rope.scaling.factor", "f32", factor],
    ["rope.scaling.original_context_length", "u32", original],
  ];
  // The engine computes this much by itself and multiplies by what the file says.
  const own = 1 + 0.1 * Math.log(factor);
  const wanted = yarnAttentionFactor(rope.settings, factor);
  if (wanted !== undefined && own > 0) {
    metadata.push(["rope.scaling.attn_factor", "f32", wanted / own]);
  }
  return metadata;
}

function yarnAttentionFactor(settings: Config, factor: number): number | undefined {
  const given = settings.optionalNumber("attention_factor", "attn_factor");
  if (given !== undefined) return given;
  const [scale, all] = [
    settings.optionalNumber("mscale") ?? 0,
    settings.optionalNumber("mscale_all_dim") ?? 0,
  ];
  if (scale === 0 || all === 0) return undefined;
  const magnitude = (by: number): number => (factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1);
  return magnitude(scale) / magnitude(all);
}

function longRope(rope: Rope, context: number): Metadata[] {
  const original = rope.originalContext ?? context;
  const scale =
    rope.originalContext === undefined
      ? (rope.settings.optionalNumber("factor") ?? 1)
      : context / original;
  const given = rope.settings.optionalNumber("attention_factor");
  const attention = given ?? (scale > 1 ? Math.sqrt(1 + Math.log(scale) / Math.log(original)) : 1);
  return [
    ["rope.scaling.type", "string", "longrope"],
    ["rope.scaling.original_context_length", "u32", original],
    ["rope.scaling.attn_factor", "f32", attention],
  ];
}

/** What each frequency is divided by, as Llama 3.1 stretches its context. */
export function llama3Factors(rope: Rope, dimensions: number): number[] {
  const factor = rope.settings.optionalNumber("factor") ?? 8;
  const low = rope.settings.optionalNumber("low_freq_factor") ?? 1;
  const high = rope.settings.optionalNumber("high_freq_factor") ?? 4;
  const original = rope.originalContext ?? 8192;
  if (!(factor > 0 && low > 0 && high > low)) {
    throw rope.settings.damaged("the factors of llama3 rope scaling are out of range.");
  }
  return Array.from({ length: dimensions / 2 }, (_, index) => {
    const wavelength = 2 * Math.PI * rope.theta ** ((2 * index) / dimensions);
    if (wavelength < original / high) return 1;
    if (wavelength > original / low) return factor;
    const smooth = (original / wavelength - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
}

/** The two tables of longrope: for texts within the original context, and for longer ones. */
export function longRopeFactors(
  rope: Rope,
  dimensions: number,
): { long: number[]; short: number[] } {
  const table = (name: "long_factor" | "short_factor"): number[] => {
    const factors = rope.settings.numbers(name) ?? [];
    if (factors.length === dimensions / 2) return factors;
    throw rope.settings.damaged(
      `${name} has ${String(factors.length)} numbers; a head rotates ${String(dimensions)}.`,
    );
  };
  return { long: table("long_factor"), short: table("short_factor") };
}
