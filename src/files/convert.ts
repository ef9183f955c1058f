import { cleanName } from "../documents/clean-text.js";
import { audioDuration } from "./audio-duration.js";
import type { DocumentThread } from "./document-thread.js";
import type { ResolvedFileLimits } from "../config/file-limits.js";
import { fileType, type FileType } from "./file-type.js";
import { mediaError, type FileLabel } from "./media-error.js";
import { pictureSource } from "./picture.js";
import type { FileBytes } from "./read-source.js";
import type { ResolvedAudio, ResolvedFile } from "./resolved-file.js";

const SERVED_SOUNDS = "Served are WAV, MP3 and FLAC: ffmpeg -i FILE sound.wav converts it.";
const SERVED = "Served are pictures, sounds, PDF and office documents, tables and text.";

export interface ConvertOptions {
  readonly limits: ResolvedFileLimits;
  readonly thread: DocumentThread;
  readonly signal: AbortSignal;
  readonly pictures: boolean;
}

/**
 * What a model takes of a file: most files are one thing, a PDF can be several.
 * @throws {MediaError} MEDIA
 */
export async function convert(
  file: FileBytes,
  label: FileLabel,
  options: ConvertOptions,
): Promise<ResolvedFile[]> {
  const { bytes } = file;
  const type = fileType(bytes);
  switch (type.kind) {
    case "unserved":
      throw mediaError(label, `is ${type.words}, which is not served`, {
        remedy: SERVED,
        details: { type: type.type },
      });
    case "audio":
      return [sound(file, type, label, options)];
    case "image":
    case "vector": {
      const { signal, limits } = options;
      const { pixels: maxPixels, seconds } = limits;
      const source = await pictureSource({
        ...{ bytes, fileType: type, label, maxPixels, seconds, signal },
      });
      return [{ kind: "image", ...named(file.name), type: type.type, source }];
    }
    case "document":
      return await document(file, label, options);
  }
}

function sound(
  { bytes, name }: FileBytes,
  { type, words, isNative }: FileType,
  label: FileLabel,
  { limits }: ConvertOptions,
): ResolvedAudio {
  if (isNative !== true) {
    throw mediaError(label, `is ${words}, which is not served`, {
      remedy: SERVED_SOUNDS,
      details: { type },
    });
  }
  const seconds = audioDuration(bytes, type);
  if (seconds !== undefined && seconds > limits.audio_seconds) {
    const length = `${String(Math.round(seconds))} s long`;
    throw mediaError(
      label,
      `is ${length}, and at most ${String(limits.audio_seconds)} s are allowed`,
      {
        remedy: "Give a shorter part of it, or raise file_limits.audio_seconds.",
        details: { limit: "audio_seconds", audio_seconds: seconds, allowed: limits.audio_seconds },
      },
    );
  }
  return { kind: "audio", ...named(name), type, bytes };
}

async function document(
  file: FileBytes,
  label: FileLabel,
  { thread, limits, pictures, signal }: ConvertOptions,
): Promise<ResolvedFile[]> {
  const { pages, rows, characters, pixels } = limits;
  const request = { ...file, limits: { pages, rows, characters, pixels }, pictures };
  const { type, items } = await thread.read(request, label, signal);
  return items.map((item) =>
    item.kind === "text"
      ? { kind: "text", ...named(file.name), type, text: item.text }
      : { kind: "image", ...named(file.name), type, source: { bytes: item.bytes } },
  );
}

/** Without line breaks and what else a name should not have. */
function named(name: string | undefined): { readonly name?: string } {
  const clean = cleanName(name ?? "");
  return clean === "" ? {} : { name: clean };
}
