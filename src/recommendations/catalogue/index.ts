import type { CatalogueEntry } from "../types.js";
import { ASSISTANTS } from "./assistants.js";
import { CODERS } from "./coders.js";
import { COMPARING } from "./comparing.js";
import { HEARING } from "./hearing.js";
import { REWRITERS } from "./rewriters.js";
import { SEEING } from "./seeing.js";
import { THINKERS } from "./thinkers.js";

/** The month in which the catalogue was last gone through. */
export const CATALOGUE_DATE = "2025-10";

/** Well-known models for the tasks, whatever the machine. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...ASSISTANTS,
  ...CODERS,
  ...COMPARING,
  ...HEARING,
  ...REWRITERS,
  ...SEEING,
  ...THINKERS,
];
