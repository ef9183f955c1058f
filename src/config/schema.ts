import { OPTIONS, type OptionName } from "./options.js";
import type { Rule } from "./rules.js";
import { zod, type ZodModule, type ZodSchema } from "./zod.js";

const built = new Map<OptionName, ZodSchema>();

/** The zod schema of one option; built on first use, like everything that needs zod. */
export function schemaOf(name: OptionName): ZodSchema {
  let schema = built.get(name);
  if (schema === undefined) {
    schema = buildSchema(OPTIONS[name].rule, zod());
    built.set(name, schema);
  }
  return schema;
}

function buildSchema(rule: Rule, z: ZodModule): ZodSchema {
  switch (rule.kind) {
    case "number":
      return z.number().min(rule.min).max(rule.max);
    case "number-above":
      // The engine computes in float32, where the smallest doubles are 0.
      return z
        .number()
        .max(rule.max)
        .refine((value) => Math.fround(value) > rule.above);
    case "integer":
      return z.int().min(rule.min).max(rule.max);
    case "choice":
      return z.literal([...rule.choices]);
    case "custom":
      return rule.schema(z);
  }
}
