import { UnsupportedModelError } from "../errors.js";
import { isPlainObject } from "../internal/is-plain-object.js";
import { plainValue } from "../internal/plain-value.js";
import { preview } from "../internal/preview.js";
import { damaged } from "./errors.js";

export type ConfigValues = Readonly<Record<string, unknown>>;

/** Above it nothing in a model's configuration makes sense, and products stay exact. */
const MAX_INTEGER = 2 ** 31 - 1;

/**
 * A model's config.json, or another file of settings, over the defaults that transformers
 * fills in. Settings have several names over the models' histories: every reader takes
 * aliases, the first found wins, and the file goes before the defaults. `null` counts as
 * left out.
 *
 * Readers throw ModelLoadingError (MODEL_LOADING), naming the setting.
 */
export class Config {
  /** The absolute path of the file, for messages. */
  readonly file: string;
  readonly #values: ConfigValues;
  readonly #defaults: ConfigValues;

  constructor(values: ConfigValues, file: string, defaults: ConfigValues = {}) {
    this.#values = values;
    this.#defaults = defaults;
    this.file = file;
  }

  withDefaults(defaults: ConfigValues): Config {
    return new Config(this.#values, this.file, { ...this.#defaults, ...defaults });
  }

  /** This configuration where it has a value, else another one. */
  over(other: Config): Config {
    const defaults = { ...other.#defaults, ...this.#defaults };
    return new Config({ ...other.#values, ...this.#values }, this.file, defaults);
  }

  /** Whether the file itself has a value, be it null. */
  mentions(name: string): boolean {
    return Object.hasOwn(this.#values, name);
  }

  value(...names: readonly string[]): unknown {
    // A null in the file overrules a default: "no sliding window".
    const given = names.filter((name) => this.mentions(name));
    const source = given.length > 0 ? this.#values : this.#defaults;
    for (const name of given.length > 0 ? given : names) {
      const value = Object.hasOwn(source, name) ? source[name] : undefined;
      if (value !== null && value !== undefined) return value;
    }
    return undefined;
  }

  integer(...names: readonly [string, ...string[]]): number {
    return this.optionalInteger(...names) ?? this.#missing(names, "a whole number");
  }

  /** A whole number of 0 or more. */
  optionalInteger(...names: readonly [string, ...string[]]): number | undefined {
    const value = this.value(...names);
    if (value === undefined) return undefined;
    if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > MAX_INTEGER) {
      throw this.#wrong(names, value, "a whole number of 0 or more");
    }
    return value as number;
  }

  number(...names: readonly [string, ...string[]]): number {
    return this.optionalNumber(...names) ?? this.#missing(names, "a number");
  }

  optionalNumber(...names: readonly [string, ...string[]]): number | undefined {
    const value = this.value(...names);
    if (value === undefined) return undefined;
    // Beyond it, single precision has no finite value.
    if (typeof value !== "number" || !(Math.abs(value) <= 3e38)) {
      throw this.#wrong(names, value, "a number");
    }
    return value;
  }

  flag(...names: readonly [string, ...string[]]): boolean {
    const value = this.value(...names);
    if (value === undefined) return false;
    if (typeof value !== "boolean") throw this.#wrong(names, value, "true or false");
    return value;
  }

  text(...names: readonly [string, ...string[]]): string | undefined {
    const value = this.value(...names);
    if (value === undefined) return undefined;
    if (typeof value !== "string") throw this.#wrong(names, value, "a string");
    return value;
  }

  texts(...names: readonly [string, ...string[]]): string[] | undefined {
    const list = this.#list(names, "an array of strings", (item) => typeof item === "string");
    return list as string[] | undefined;
  }

  numbers(...names: readonly [string, ...string[]]): number[] | undefined {
    const isNumber = (item: unknown): boolean => typeof item === "number" && Math.abs(item) <= 3e38;
    return this.#list(names, "an array of numbers", isNumber) as number[] | undefined;
  }

  /** An object inside, with the same rules. */
  object(...names: readonly [string, ...string[]]): Config | undefined {
    const value = this.value(...names);
    if (value === undefined) return undefined;
    if (!isPlainObject(value)) throw this.#wrong(names, value, "an object");
    return new Config(value, this.file);
  }

  /** The name under which the file has a setting; the first where it has none. */
  nameOf(names: readonly string[]): string {
    return names.find((name) => this.mentions(name)) ?? names[0] ?? "a setting";
  }

  /** What the file says cannot be, or not together with the weights. */
  damaged(problem: string): Error {
    return damaged(this.file, problem);
  }

  /** The engine's graph has no way to follow a setting. */
  unsupported(architecture: string, setting: string, value: unknown, supported: string): Error {
    const plain = plainValue(value);
    return new UnsupportedModelError(
      `${this.file}: ${setting} is ${JSON.stringify(plain)}; the engine runs ${architecture} ` +
        `models with ${supported} only.`,
      { details: { path: this.file, architecture, setting, value: plain, supported } },
    );
  }

  /** All that the file says, in its own order. */
  entries(): [string, unknown][] {
    return Object.entries(this.#values);
  }

  #list(
    names: readonly string[],
    wanted: string,
    fits: (item: unknown) => boolean,
  ): unknown[] | undefined {
    const value = this.value(...names);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every(fits)) throw this.#wrong(names, value, wanted);
    return value as unknown[];
  }

  #missing([name = "", ...aliases]: readonly string[], wanted: string): never {
    const given = [name, ...aliases].find((candidate) => this.mentions(candidate));
    if (given !== undefined) throw this.damaged(`${given} is null; it has to be ${wanted}.`);
    const others = aliases.length === 0 ? "" : ` (or ${aliases.join(", ")})`;
    throw this.damaged(`${name}${others} is missing; it has to be ${wanted}.`);
  }

  #wrong(names: readonly string[], value: unknown, wanted: string): Error {
    return this.damaged(`${this.nameOf(names)} is ${preview(value)}; it has to be ${wanted}.`);
  }
}
