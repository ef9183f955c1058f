import { invalidParameter } from "../config/invalid.js";
import { isPlainObject } from "../internal/is-plain-object.js";
import { preview } from "../internal/preview.js";
import { CATALOGUE } from "./catalogue/index.js";
import type { Listed } from "./rank.js";
import { recommendationTask } from "./task-names.js";
import type { CustomRecommendation, RecommendationTask } from "./types.js";

/** What a program may add: a pair of model and description, or a row. */
export type RecommendationInput =
  readonly [model: string, description: string] | CustomRecommendation;

export interface UpdateOptions {
  /**
   * Whether the rows take the place of all that are listed for the task.
   * @default false, they are added, and replace those of the same model
   */
  replace?: boolean;
}

const TEXTS = ["model", "description", "license"] as const;
const NUMBERS = ["parameters", "active_parameters", "context_length"] as const;

/** The catalogue with what one provider was told to change in it. */
export class RecommendationList {
  readonly #changed = new Map<RecommendationTask, readonly Listed[]>();

  /** @throws {InvalidParameterError} INVALID_PARAMETER for an unknown task */
  of(task: unknown): readonly Listed[] {
    const name = recommendationTask(task);
    return this.#changed.get(name) ?? CATALOGUE.filter(({ tasks }) => tasks.includes(name));
  }

  /** @throws {InvalidParameterError} INVALID_PARAMETER; nothing is changed then */
  update(task: unknown, rows: unknown, options: unknown = {}): void {
    const name = recommendationTask(task);
    const replace = readReplace(options);
    if (!Array.isArray(rows)) {
      throw wrong("rows", rows, "an array of [model, description] or of rows");
    }
    const added = (rows as unknown[]).map(readRow);
    const models = new Set(added.map(({ model }) => model));
    const kept = replace ? [] : this.of(name).filter(({ model }) => !models.has(model));
    this.#changed.set(name, [...added, ...kept]);
  }
}

function readRow(row: unknown, index: number): CustomRecommendation {
  const place = `rows[${String(index)}]`;
  const given = Array.isArray(row)
    ? { model: row[0] as unknown, description: row[1] as unknown }
    : row;
  if (!isPlainObject(given) || (Array.isArray(row) && row.length !== 2)) {
    throw wrong(place, row, "[model, description], or an object with both");
  }
  for (const key of TEXTS) {
    const value = given[key];
    const isOptional = key === "license" && value === undefined;
    if (!isOptional && (typeof value !== "string" || value.trim() === "")) {
      throw wrong(`${place}.${key}`, value, "a string, not empty");
    }
  }
  for (const key of NUMBERS) {
    const value = given[key];
    if (value !== undefined && !(typeof value === "number" && value > 0 && value < Infinity)) {
      throw wrong(`${place}.${key}`, value, "a number above 0");
    }
  }
  for (const key of ["languages", "formats"] as const) {
    const value = given[key];
    const isList = Array.isArray(value) && value.every((item) => typeof item === "string");
    if (value !== undefined && !isList)
      throw wrong(`${place}.${key}`, value, "an array of strings");
  }
  return pick(given as unknown as CustomRecommendation);
}

/** A copy of what is known: rows that were read from here have more. */
function pick(row: CustomRecommendation): CustomRecommendation {
  const { model, description, parameters, active_parameters, license, context_length } = row;
  return {
    model,
    description,
    ...(parameters === undefined ? {} : { parameters }),
    ...(active_parameters === undefined ? {} : { active_parameters }),
    ...(license === undefined ? {} : { license }),
    ...(context_length === undefined ? {} : { context_length }),
    ...(row.languages === undefined ? {} : { languages: [...row.languages] }),
    ...(row.formats === undefined ? {} : { formats: [...row.formats] }),
  };
}

function readReplace(options: unknown): boolean {
  if (options === undefined) return false;
  if (!isPlainObject(options))
    throw wrong("options", options, "an object, such as { replace: true }");
  for (const key of Object.keys(options)) {
    if (key !== "replace") throw wrong(`options.${key}`, options[key], "replace only");
  }
  const { replace = false } = options;
  if (typeof replace !== "boolean") throw wrong("options.replace", replace, "true or false");
  return replace;
}

function wrong(parameter: string, value: unknown, allowed: string): Error {
  return invalidParameter(`Invalid value of "${parameter}": ${preview(value)}`, {
    parameter,
    value,
    allowed,
  });
}
