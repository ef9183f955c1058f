import * as z from "zod/mini";
import { OPTIONS, type OptionName } from "./options.js";
import type { Rule } from "./rules.js";

const built = new Map<OptionName, z.ZodMiniType>();

/** The zod schema of one option; built on first use, because few options are given. */
export function schemaOf(name: OptionName): z.ZodMiniType {
  let schema = built.get(name);
  if (schema === undefined) {
    schema = buildSchema(OPTIONS[name].rule);
    built.set(name, schema);
  }
  return schema;
}

function buildSchema(rule: Rule): z.ZodMiniType {
  switch (rule.kind) {
    case "number":
      return z.number().check(z.gte(rule.min), z.lte(rule.max));
    case "number-above":
      // The engine computes in float32, where the smallest doubles are 0.
      return z.number().check(
        z.lte(rule.max),
        z.refine((value) => Math.fround(value) > rule.above),
      );
    case "integer":
      return z.int().check(z.gte(rule.min), z.lte(rule.max));
    case "choice":
      return z.literal([...rule.choices]);
    case "custom":
      return rule.schema();
  }
}
