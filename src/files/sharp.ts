/** What is used of sharp, which users install themselves if they want it. */

export interface SharpOptions {
  readonly limitInputPixels: number;
  readonly failOn: "truncated";
  readonly sequentialRead: true;
  readonly density?: number;
}

export interface Sharp {
  metadata(): Promise<{ readonly width?: number; readonly height?: number }>;
  rotate(): Sharp;
  flatten(options: { readonly background: string }): Sharp;
  toColourspace(space: "srgb"): Sharp;
  removeAlpha(): Sharp;
  resize(options: {
    readonly width: number;
    readonly height: number;
    readonly fit: "inside";
  }): Sharp;
  timeout(options: { readonly seconds: number }): Sharp;
  raw(options: { readonly depth: "uchar" }): Sharp;
  toBuffer(options: { readonly resolveWithObject: true }): Promise<{
    readonly data: Buffer;
    readonly info: { readonly width: number; readonly height: number; readonly channels: number };
  }>;
}

export type SharpFactory = (bytes: Uint8Array, options: SharpOptions) => Sharp;

/** Not a literal: bundlers of applications need not find what may not be there. */
const PACKAGE = "sharp";

let loading: Promise<SharpFactory | undefined> | undefined;

/** sharp, loaded on first use; undefined where it is not installed, or does not load. */
export async function loadSharp(): Promise<SharpFactory | undefined> {
  loading ??= import(PACKAGE).then(
    (module: { readonly default: SharpFactory }) => module.default,
    () => undefined,
  );
  return await loading;
}
