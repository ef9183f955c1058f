import { estimateMemory } from "./estimate.js";
import type {
  CatalogueEntry,
  CustomRecommendation,
  EstimateMemory,
  MachineFacts,
  ModelRecommendation,
} from "./types.js";

/** What any machine of the last ten years reads memory with. */
const CAUTIOUS_BANDWIDTH = 10e9;
/** From the best weights to the smallest. */
const QUANTIZATIONS = ["none", "q8_0", "q4_k_m"] as const;
/** As fast as people read: beyond it, better answers count more than faster ones. */
const COMFORTABLE = 8;

/** Rows of one task as a list keeps them: those of the catalogue, and a program's own. */
export type Listed = CatalogueEntry | CustomRecommendation;

/**
 * The rows of a list for a machine, the best for it first; pure.
 *
 * What a program added stays first, in its order. Then come models that fit and answer as fast
 * as one reads, the largest first, because those know more; then models that fit and are slower,
 * the fastest first; then those that do not fit, the smallest first.
 */
export function rankRecommendations(
  listed: readonly Listed[],
  machine: MachineFacts,
  estimate: EstimateMemory = estimateMemory,
): ModelRecommendation[] {
  const rows = listed.map((entry, index) => ({
    index,
    isOwn: !isCatalogued(entry),
    row: toRow(entry, machine, estimate),
  }));
  rows.sort((a, b) => {
    if (a.isOwn || b.isOwn) return Number(b.isOwn) - Number(a.isOwn) || a.index - b.index;
    return compare(a.row, b.row) || a.index - b.index;
  });
  return rows.map(({ row }) => row);
}

function isCatalogued(entry: Listed): entry is CatalogueEntry {
  return "tasks" in entry;
}

function compare(a: ModelRecommendation, b: ModelRecommendation): number {
  const group = groupOf(a) - groupOf(b);
  if (group !== 0) return group;
  const [sizeA, sizeB] = [a.parameters ?? 0, b.parameters ?? 0];
  switch (groupOf(a)) {
    case 0:
      return sizeB - sizeA;
    case 1:
      return (b.tokens_per_second ?? 0) - (a.tokens_per_second ?? 0);
    default:
      return sizeA - sizeB;
  }
}

function groupOf({ fits, tokens_per_second: speed = 0 }: ModelRecommendation): number {
  if (fits !== true) return 2;
  return speed >= COMFORTABLE ? 0 : 1;
}

function toRow(
  entry: Listed,
  machine: MachineFacts,
  estimate: EstimateMemory,
): ModelRecommendation {
  const catalogued = isCatalogued(entry);
  const { model, description, parameters } = entry;
  const active = catalogued ? entry.active : entry.active_parameters;
  const facts = {
    model,
    description,
    parameters,
    active_parameters: active ?? parameters,
    license: entry.license,
    context_length: catalogued ? entry.context : entry.context_length,
    languages: [...(entry.languages ?? [])],
    formats: [...(entry.formats ?? [])],
    is_measured: machine.bandwidth !== undefined,
  };
  if (parameters === undefined) {
    const unknown = { quantization: undefined, needed_bytes: undefined, fits: undefined };
    return { ...facts, ...unknown, tokens_per_second: undefined };
  }
  const kvBytesPerToken = catalogued ? entry.kvBytesPerToken : undefined;
  const size = {
    model,
    parameters,
    ...(active === undefined ? {} : { active }),
    ...(kvBytesPerToken === undefined ? {} : { kvBytesPerToken }),
  };
  const needs = QUANTIZATIONS.map((quantization) => {
    const need = estimate(size, quantization);
    const bytes = need.weightBytes + need.cacheBytes;
    const speed = (machine.bandwidth ?? CAUTIOUS_BANDWIDTH) / need.readBytes;
    return { quantization, bytes, speed, fits: bytes <= machine.availableBytes };
  });
  const best =
    needs.find(({ fits, speed }) => fits && speed >= COMFORTABLE) ?? needs.at(-1) ?? needs[0];
  return {
    ...facts,
    quantization: best?.quantization,
    needed_bytes: best === undefined ? undefined : Math.round(best.bytes),
    fits: best?.fits,
    tokens_per_second: best === undefined ? undefined : toTwoDigits(best.speed),
  };
}

/** A prediction has no more. */
function toTwoDigits(value: number): number {
  return Number(value.toPrecision(2));
}
