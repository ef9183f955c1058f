import { createRequire } from "node:module";
import type * as Zod from "zod";

export type ZodModule = typeof Zod;
export type ZodSchema<Output = unknown> = Zod.ZodType<Output>;

let loaded: ZodModule | undefined;

/**
 * zod, loaded when the first option is checked: it takes longer to load than all the
 * rest of this package, and importing the package has to be cheap.
 */
export function zod(): ZodModule {
  return (loaded ??= createRequire(import.meta.url)("zod") as ZodModule);
}
