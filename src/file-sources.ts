/** Files before they are read: what is known of them then. Light, unlike files.ts. */
export { mediaError, messageOf, type FileLabel } from "./files/media-error.js";
export type { Source } from "./files/source.js";
export { releaseInputs, SourceTaker } from "./files/take-source.js";
