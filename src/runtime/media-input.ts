import { joinTexts } from "../config/content-parts.js";
import { FILE_LIMITS } from "../config/file-limits.js";
import type { NormalisedInput } from "../config/messages.js";
import type { ChatMessage, ChatPart } from "../config/types.js";
import { InvalidRequestError, MediaError, UnsupportedFeatureError } from "../errors.js";
import type { NativeGenerateRequest, NativeMedia, NativeModelInfo } from "../native/binding.js";
import type { ResolvedFile, ResolveOptions } from "../files.js";
import type { FileLabel, Source } from "../file-sources.js";
import type { TakenFile, TakenFiles } from "./taken-files.js";

/** The part of a request to the core that carries its input. */
export type InputRequest = Pick<NativeGenerateRequest, "prompt" | "messages" | "media">;

/** An input whose files were read. */
export interface ReadInput {
  readonly request: InputRequest;
  /** What errors call the files that `media` comes from, in its order. */
  readonly labels: readonly FileLabel[];
}

interface Takes extends Pick<NativeModelInfo, "takesImages" | "takesAudio"> {
  /** Why it takes no pictures, although it has a part for that. */
  readonly pictureProblem?: string | undefined;
  /** And no sounds. */
  readonly soundProblem?: string | undefined;
}
type Resolve = (sources: readonly Source[], options: ResolveOptions) => Promise<ResolvedFile[][]>;

/** A part as the chat template sees it. */
type NativePart = { type: "text"; text: string } | { type: "image" | "audio" };
/** A file in its place; what `files` has may be anything. */
interface FilePart extends TakenFile {
  readonly type: "image" | "audio" | "file";
}
type Part = FilePart | Extract<ChatPart, { type: "text" }>;
type Content = string | readonly Part[];

const NAMES = { image: "pictures", audio: "sounds" } as const;

/**
 * An input without files, which is ready at once: calls are submitted in the order in which
 * they were made. undefined if there are files to read.
 */
export function textInput(input: NormalisedInput, { files }: TakenFiles): InputRequest | undefined {
  if (files.length > 0) return undefined;
  if ("prompt" in input) return { prompt: input.prompt, media: [] };
  if (input.messages.some(({ content }) => typeof content !== "string")) return undefined;
  return { messages: JSON.stringify(input.messages), media: [] };
}

/**
 * Reads the files of an input, and gives it the form in which the core takes it: texts of
 * documents among the texts, data of pictures and sounds beside them. `files` come before
 * the text of the user's last message, or before the prompt.
 *
 * @param resolve reads the files; a stand-in in tests
 * @throws {UnsupportedFeatureError} UNSUPPORTED_FEATURE for what the model does not take; as
 *   far as the input says it, before anything is read
 * @throws {MediaError} MEDIA
 * @throws {InvalidRequestError} INVALID_REQUEST for files without a message to put them in
 */
export async function readInput(
  input: NormalisedInput,
  taken: TakenFiles,
  takes: Takes,
  options: ResolveOptions,
  resolve: Resolve = resolveSources,
): Promise<ReadInput> {
  const given = taken.files.map((file): FilePart => ({ ...file, type: "file" }));
  const messages = "prompt" in input ? [] : withFiles(placeParts(input.messages, taken), given);
  const parts = "prompt" in input ? given : messages.flatMap(({ content }) => filesOf(content));
  for (const { type } of parts) if (type !== "file") assertTaken(type, takes);

  const sources = parts.map(({ source }) => source);
  const resolved = parts.length === 0 ? [] : await resolve(sources, options);
  options.signal?.throwIfAborted();
  const media: NativeMedia[] = [];
  const labels: FileLabel[] = [];
  const maxSeconds = options.limits?.audio_seconds ?? FILE_LIMITS.audio_seconds;
  const native = new Map<FilePart, NativePart[]>();
  for (const [index, part] of parts.entries()) {
    const files = resolved[index] ?? [];
    native.set(
      part,
      files.map((file) => toPart(file, part, takes, media, maxSeconds)),
    );
    while (labels.length < media.length) labels.push(part.source.label);
  }

  if ("prompt" in input) {
    const texts = [...native.values()].flat().filter((part) => part.type === "text");
    const prompt = [...texts.map(({ text }) => text), input.prompt].join("\n\n");
    return { request: { prompt, media }, labels };
  }
  const read = messages.map(({ role, content }) => ({ role, content: toContent(content, native) }));
  return { request: { messages: JSON.stringify(read), media }, labels };
}

function placeParts(
  messages: readonly ChatMessage[],
  taken: TakenFiles,
): { role: ChatMessage["role"]; content: Content }[] {
  return messages.map(({ role, content }) => {
    if (typeof content === "string") return { role, content };
    const parts = content.flatMap((part): Part | readonly Part[] => {
      if (part.type === "text") return part;
      const file = taken.parts.get(part);
      return file === undefined ? [] : { ...file, type: part.type };
    });
    return { role, content: parts };
  });
}

/** The messages, with the files at the beginning of the user's last one. */
function withFiles(
  messages: { role: ChatMessage["role"]; content: Content }[],
  files: readonly FilePart[],
): { role: ChatMessage["role"]; content: Content }[] {
  const asked = messages.findLast(({ role }) => role === "user");
  if (files.length === 0) return messages;
  if (asked === undefined) {
    throw new InvalidRequestError(
      "The files belong to the last message of the user, and there is none.",
      { details: { parameter: "files" } },
    );
  }
  const { content } = asked;
  const own = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  asked.content = [...files, ...own];
  return messages;
}

function filesOf(content: Content): FilePart[] {
  return typeof content === "string" ? [] : content.filter((part) => part.type !== "text");
}

/** A file as a part; the data of pictures and sounds goes to `media`. */
function toPart(
  file: ResolvedFile,
  part: FilePart,
  takes: Takes,
  media: NativeMedia[],
  maxSeconds: number,
): NativePart {
  assertKind(part, file.kind);
  if (file.kind === "text") return { type: "text", text: file.text };
  assertTaken(file.kind, takes);
  media.push(toNative(file, maxSeconds));
  return { type: file.kind };
}

function toContent(
  content: Content,
  native: ReadonlyMap<FilePart, NativePart[]>,
): string | NativePart[] {
  if (typeof content === "string") return content;
  const parts = content.flatMap((part) => (part.type === "text" ? part : (native.get(part) ?? [])));
  const joined = joinTexts<NativePart>(parts);
  const [first] = joined;
  return joined.length === 1 && first?.type === "text" ? first.text : joined;
}

function assertTaken(kind: "image" | "audio", takes: Takes): void {
  const taken = { image: takes.takesImages, audio: takes.takesAudio };
  if (taken[kind]) return;
  const others = (["image", "audio"] as const).filter((other) => taken[other]);
  const list = ["text", ...others.map((other) => NAMES[other])].join(" and ");
  const problem = kind === "image" ? takes.pictureProblem : takes.soundProblem;
  const why = problem === undefined ? "" : ` ${problem}`;
  throw new UnsupportedFeatureError(`The model takes no ${NAMES[kind]}: it takes ${list}.${why}`, {
    details: { feature: kind },
  });
}

function assertKind({ type, place }: FilePart, kind: ResolvedFile["kind"]): void {
  if (type === "file" || type === kind) return;
  throw new MediaError(
    `${place} is a part of the type "${type}", and its file is of the kind "${kind}".`,
    {
      details: { file: place, expected: type, kind },
    },
  );
}

function toNative(file: Exclude<ResolvedFile, { kind: "text" }>, maxSeconds: number): NativeMedia {
  if (file.kind === "audio") return { kind: "audio", bytes: file.bytes, maxSeconds };
  return { kind: "image", ...file.source };
}

/** The readers are loaded when there is something to read. */
async function resolveSources(
  sources: readonly Source[],
  options: ResolveOptions,
): Promise<ResolvedFile[][]> {
  const files = await import("../files.js");
  return await files.resolveSources(sources, options);
}
