import { preview } from "./preview.js";

/** A value as the details of an error carry it: JSON scalars as they are, others as text. */
export function plainValue(value: unknown): string | number | boolean | null {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    default:
      return value === null ? null : preview(value);
  }
}
