import type { Facts } from "./family.js";

// Settings that decide what a graph computes. The engine has one graph per architecture,
// so anything but its own choice has to be refused: the output would be wrong, silently.

/** @throws {UnsupportedModelError} UNSUPPORTED_MODEL for another activation function */
export function requireActivation({ config, className }: Facts, ...names: string[]): void {
  const setting = ["hidden_act", "hidden_activation", "activation_function", "activation"];
  const found = setting.find((name) => config.value(name) !== undefined) ?? "hidden_act";
  const value = config.value(found);
  if (typeof value === "string" && names.includes(value)) return;
  throw config.unsupported(className, found, value, names.join(" or "));
}

/** @throws {UnsupportedModelError} UNSUPPORTED_MODEL when the setting is not what it has to be */
export function requireSetting(
  { config, className }: Facts,
  setting: string,
  ...allowed: readonly (string | number | boolean | undefined)[]
): void {
  const value = config.value(setting);
  if (allowed.includes(value as string)) return;
  throw config.unsupported(className, setting, value, allowed.filter(isDefined).join(" or "));
}

function isDefined(value: unknown): boolean {
  return value !== undefined;
}

export const SILU = ["silu", "swish"] as const;
/** The approximation with tanh, by all its names. */
export const GELU_TANH = [
  "gelu_new",
  "gelu_pytorch_tanh",
  "gelu_fast",
  "gelu_python_tanh",
] as const;
/** The engine computes the approximation for the exact one too; they differ by up to 0.0005. */
export const GELU = ["gelu", "gelu_python", ...GELU_TANH] as const;
