import { dirname } from "node:path";

import type { NativeSourceTensor } from "../native/checkpoint-plan.js";
import { damaged } from "./errors.js";

/** A change of tensor names, for what they were called in other versions. */
export type Renaming = readonly [pattern: RegExp, replacement: string];

/**
 * The tensors of a checkpoint by the names that families use: without the prefix that
 * tells which class saved them. Remembers which ones were asked for.
 */
export class SourceTensors {
  readonly #byName = new Map<string, NativeSourceTensor>();
  readonly #unused: Map<string, NativeSourceTensor>;
  readonly #files: readonly string[];

  /**
   * @param files absolute paths, by the tensors' file index
   * @throws {ModelLoadingError} MODEL_LOADING when two tensors have one name
   */
  constructor(
    tensors: readonly NativeSourceTensor[],
    files: readonly string[],
    renamings: readonly Renaming[],
  ) {
    this.#files = files;
    for (const tensor of tensors) {
      const name = renamings.reduce(
        (text, [pattern, replacement]) => text.replace(pattern, replacement),
        tensor.name,
      );
      const other = this.#byName.get(name);
      if (other !== undefined) {
        throw damaged(
          this.fileOf(tensor),
          `the tensors ${JSON.stringify(other.name)} and ${JSON.stringify(tensor.name)} are one and the same for this model.`,
        );
      }
      this.#byName.set(name, tensor);
    }
    this.#unused = new Map(this.#byName);
  }

  /** Looks without taking. */
  peek(name: string): NativeSourceTensor | undefined {
    return this.#byName.get(name);
  }

  /** The first of these names that there is. */
  take(names: readonly string[]): NativeSourceTensor | undefined {
    for (const name of names) {
      const tensor = this.#byName.get(name);
      if (tensor === undefined) continue;
      this.#unused.delete(name);
      return tensor;
    }
    return undefined;
  }

  /** Those that nobody took, without the ones that do not matter. */
  unused(ignored: readonly RegExp[]): NativeSourceTensor[] {
    return [...this.#unused]
      .filter(([name]) => !ignored.some((pattern) => pattern.test(name)))
      .map(([, tensor]) => tensor);
  }

  fileOf(tensor: NativeSourceTensor): string {
    return this.#files[tensor.file] ?? `file ${String(tensor.file)}`;
  }

  /** What a message about a missing tensor names: the file, or the folder of several. */
  get place(): string {
    const [first = ""] = this.#files;
    return this.#files.length === 1 ? first : dirname(first);
  }
}
