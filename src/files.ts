/** Files for models: from wherever they are, to what a model takes. */
export { FILE_LIMITS, type ResolvedFileLimits } from "./config/file-limits.js";
export type {
  ResolvedAudio,
  ResolvedFile,
  ResolvedImage,
  ResolvedText,
} from "./files/resolved-file.js";
export { resolveFiles, resolveSources, type ResolveOptions } from "./files/resolve-files.js";
