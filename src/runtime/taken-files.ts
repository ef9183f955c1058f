import { completeLimits, type FileLimits } from "../config/file-limits.js";
import type { NormalisedInput } from "../config/messages.js";
import type { ChatPart, FileInput } from "../config/types.js";
import { releaseInputs, SourceTaker, type Source } from "../file-sources.js";

/** A file of a call, and where the call has it: "files[0]", "messages[1].content[0]". */
export interface TakenFile {
  readonly place: string;
  readonly source: Source;
}

/** The files of a call as they were when it was made; nothing of them is read yet. */
export interface TakenFiles {
  readonly files: readonly TakenFile[];
  /** By the parts of the messages that have them. */
  readonly parts: ReadonlyMap<ChatPart, TakenFile>;
  /** For a call that fails: streams of it that nobody will read end. */
  release(): void;
}

/**
 * Takes over what a call was given, before it waits for anything: bytes are copied, and what
 * is no file or too large is refused.
 * @throws {MediaError} MEDIA
 */
export function takeFiles(
  input: NormalisedInput,
  files: readonly FileInput[],
  limits: FileLimits,
): TakenFiles {
  const places = placesOf(input);
  const release = (): void => {
    releaseInputs([...files, ...[...places.keys()].map(({ source }) => source)]);
  };
  const taker = new SourceTaker(completeLimits(limits));
  try {
    const taken = Array.from(files, (file, index): TakenFile => {
      const place = `files[${String(index)}]`;
      return { place, source: taker.take(file, { place, index }) };
    });
    const parts = new Map<ChatPart, TakenFile>();
    for (const [part, place] of places) {
      parts.set(part, { place, source: taker.take(part.source, { place, index: undefined }) });
    }
    return { files: taken, parts, release };
  } catch (error) {
    release();
    throw error;
  }
}

type FileChatPart = Exclude<ChatPart, { type: "text" }>;

function placesOf(input: NormalisedInput): ReadonlyMap<FileChatPart, string> {
  const places = new Map<FileChatPart, string>();
  if ("prompt" in input) return places;
  for (const [message, { content }] of input.messages.entries()) {
    if (typeof content === "string") continue;
    for (const [index, part] of content.entries()) {
      if (part.type === "text") continue;
      places.set(part, `messages[${String(message)}].content[${String(index)}]`);
    }
  }
  return places;
}
