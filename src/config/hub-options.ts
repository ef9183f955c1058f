import * as z from "zod/mini";

import { PROVIDER } from "./places.js";
import { choice, custom } from "./rules.js";
import { nameSchema } from "./value-schemas.js";

/** The options of the Hub, for the table of options. */
export const HUB_OPTIONS = {
  cache_dir: { places: PROVIDER, rule: custom("the path of a folder, not empty", nameSchema) },
  token: {
    places: PROVIDER,
    rule: custom("an access token of the Hub, true or false", tokenSchema),
  },
  revision: {
    places: PROVIDER,
    rule: custom("a branch, a tag or a commit, not empty", nameSchema),
  },
  local_files_only: { places: PROVIDER, rule: choice(true, false) },
} as const;

function tokenSchema(): z.ZodMiniType<string | boolean> {
  // What is no token as a header can carry it is a mistake, such as a whole file.
  return z.union([z.boolean(), z.string().check(z.regex(/^[\x21-\x7e]{1,4096}$/))]);
}
