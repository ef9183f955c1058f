/** A file as models take it: a picture, a sound, or text. */
export type ResolvedFile = ResolvedImage | ResolvedAudio | ResolvedText;

export interface ResolvedImage {
  readonly kind: "image";
  readonly name?: string;
  /** The media type of what was given: of a PDF for a page of it. */
  readonly type: string;
  /** JPEG, PNG, GIF or BMP for the core to decode; or rows of RGB bytes. */
  readonly source:
    | { readonly bytes: Uint8Array }
    | { readonly width: number; readonly height: number; readonly rgb: Uint8Array };
}

export interface ResolvedAudio {
  readonly kind: "audio";
  readonly name?: string;
  readonly type: string;
  /** WAV, MP3 or FLAC. */
  readonly bytes: Uint8Array;
}

export interface ResolvedText {
  readonly kind: "text";
  readonly name?: string;
  readonly type: string;
  /** With its heading, and between fences that it cannot forge. */
  readonly text: string;
}
