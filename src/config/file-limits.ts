/**
 * How large files may be, and what they may cost. What is beyond is a MediaError that names
 * the limit, but for `rows`.
 */
export interface FileLimits {
  /** Bytes of one file, downloads after decompression; 104857600 unless given. */
  bytes?: number;
  /** Bytes of all files of a call together; 536870912 unless given. */
  total_bytes?: number;
  /**
   * Seconds for reading or downloading one file, and as many again for turning it into text
   * or pixels; 120 unless given.
   */
  seconds?: number;
  /** Pixels of one picture, counted before it is decoded; 100000000 unless given. */
  pixels?: number;
  /** Pages of a PDF, slides of a presentation; 500 unless given. */
  pages?: number;
  /** Rows of a table that the model sees; the others are only counted; 1000 unless given. */
  rows?: number;
  /** Characters of a document's text; 4000000 unless given. */
  characters?: number;
  /** Seconds that one sound may be long; 3600 unless given. */
  audio_seconds?: number;
}

export type ResolvedFileLimits = Readonly<Required<FileLimits>>;

/** What applies where `file_limits` says nothing. */
export const FILE_LIMITS: ResolvedFileLimits = Object.freeze({
  bytes: 100 * 2 ** 20,
  total_bytes: 512 * 2 ** 20,
  seconds: 120,
  pixels: 100_000_000,
  pages: 500,
  rows: 1000,
  characters: 4_000_000,
  audio_seconds: 3600,
});

/** All limits: those that were given, and the defaults of the others. */
export function completeLimits(limits: FileLimits = {}): ResolvedFileLimits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  return { ...FILE_LIMITS, ...(Object.fromEntries(given) as Partial<ResolvedFileLimits>) };
}
