import type { PlanRows } from "../native/checkpoint-plan.js";

/** Named sizes, as `Dimensions` has them, with the embedding's rows and a family's own. */
export type Sizes = Readonly<Record<string, number>>;

/** A size by its name, or a number. */
export type Size = string | number;

/** What happens to a tensor's elements on the way, besides a change of type. */
export type Operation =
  /** Rotations pair neighbours in the engine where the checkpoint pairs halves. */
  | { readonly kind: "permute"; readonly heads: Size }
  /** The checkpoint stores inputs by outputs. */
  | { readonly kind: "transpose" }
  /** A vector as rows of one element, which `target` then has last. */
  | { readonly kind: "column" }
  | { readonly kind: "add"; readonly value: number }
  | { readonly kind: "scale"; readonly value: number }
  /** Some of the rows, or all of them in another order. */
  | { readonly kind: "rows"; readonly rows: (sizes: Sizes) => PlanRows[] };

/**
 * Where a tensor of the engine comes from. `{layer}` in names stands for each layer;
 * names are those of modules, to which ".weight" and ".bias" are added, unless they are `bare`.
 */
export interface TensorRule {
  readonly to: string;
  /** One name, or several that the module has had. */
  readonly from: string | readonly string[];
  /** Of the weight, outermost first, as PyTorch counts (before a transposition). */
  readonly shape: readonly Size[];
  /** Left out: the module has none. */
  readonly bias?: "required" | "optional";
  /** Whether models of the family may lack the module. */
  readonly optional?: true;
  readonly operation?: Operation;
  /** Whether the weight stays in single precision whatever was asked for. */
  readonly exact?: true;
  /** Whether `{index}` in `from` stands for so many modules, which become one tensor. */
  readonly stack?: Size;
  /** The same stacked already: a tensor whose rows hold `parts` such things in turn. */
  readonly fused?: {
    readonly from: readonly string[];
    readonly part: number;
    readonly parts: number;
  };
  /** Which layers have it; left out: all. */
  readonly layers?: (layer: number, sizes: Sizes) => boolean;
  /** Name of the number of layers; left out: "layers". */
  readonly count?: string;
  /** Whether names are those of tensors, to which nothing is added. */
  readonly bare?: true;
  /** The shape in the engine, outermost first; left out: two dimensions, or one. */
  readonly target?: readonly Size[];
}

type Extra = Omit<TensorRule, "to" | "from" | "shape">;

/** A linear layer: outputs by inputs. */
export function linear(
  to: string,
  from: string | readonly string[],
  [outputs, inputs]: readonly [Size, Size],
  extra: Extra = {},
): TensorRule {
  return { to, from, shape: [outputs, inputs], ...extra };
}

/** A normalisation without a bias. */
export function norm(
  to: string,
  from: string | readonly string[],
  size: Size = "hidden",
  extra: Extra = {},
): TensorRule {
  return { to, from, shape: [size], ...extra };
}

/** A normalisation with a bias. */
export function layerNorm(
  to: string,
  from: string | readonly string[],
  size: Size = "hidden",
  extra: Extra = {},
): TensorRule {
  return { to, from, shape: [size], bias: "required", ...extra };
}

/** A tensor that is no module's weight, in single precision. */
export function parameter(
  to: string,
  from: string | readonly string[],
  shape: readonly Size[],
  extra: Extra = {},
): TensorRule {
  return { to, from, shape, bare: true, exact: true, ...extra };
}

/** The matrices of a layer's experts as one tensor. */
export function experts(
  to: string,
  from: string,
  [outputs, inputs]: readonly [Size, Size],
  fused: NonNullable<TensorRule["fused"]>,
): TensorRule {
  return { to, from, shape: [outputs, inputs], stack: "experts", fused };
}

export const ADD_ONE: Operation = { kind: "add", value: 1 };

export function sizeOf(size: Size, sizes: Sizes): number {
  if (typeof size === "number") return size;
  const value = sizes[size];
  if (value === undefined) throw new Error(`There is no size ${size}`);
  return value;
}
