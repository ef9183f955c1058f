import type { FileInput } from "./types-deferred.js";

/** A text in a message. */
export interface TextPart {
  type: "text";
  text: string;
}

/** A picture, as the OpenAI API has it: an http:, https: or data: URL. */
export interface ImageUrlPart {
  type: "image_url";
  image_url: string | { url: string };
}

/** A sound in the same way. */
export interface AudioUrlPart {
  type: "audio_url";
  audio_url: string | { url: string };
}

/** A sound, as the OpenAI API has it: its bytes in base64. */
export interface InputAudioPart {
  type: "input_audio";
  input_audio: { data: string; format?: string };
}

/**
 * A picture, as transformers has it, under one of these names. Of texts, only `path` names
 * files of this machine; in the others they are http:, https: or data: URLs.
 */
export interface ImagePart {
  type: "image";
  image?: FileInput | undefined;
  url?: string | URL | undefined;
  path?: string | URL | undefined;
  base64?: string | undefined;
}

/** A sound, as transformers has it; the same holds as for pictures. */
export interface AudioPart {
  type: "audio";
  audio?: FileInput | undefined;
  url?: string | URL | undefined;
  path?: string | URL | undefined;
  base64?: string | undefined;
}

/** One piece of a message's content. */
export type ContentPart =
  TextPart | ImageUrlPart | AudioUrlPart | InputAudioPart | ImagePart | AudioPart;

/** One turn of a conversation, as generate() takes it. */
export interface MessageInput {
  role: "system" | "user" | "assistant" | "tool";
  content: string | readonly ContentPart[];
}

/** A piece of a message after validation; files are not read yet. */
export type ChatPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image" | "audio"; readonly source: FileInput };

/** A turn after validation: texts are valid Unicode, and a content without files is one text. */
export interface ChatMessage {
  readonly role: MessageInput["role"];
  readonly content: string | readonly ChatPart[];
}
