import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What goes wrong with an answer. */
export type Fault =
  | { readonly kind: "status"; readonly status: number; readonly headers?: Record<string, string> }
  /** The connection ends behind so many bytes of the body. */
  | { readonly kind: "cut"; readonly bytes: number }
  /** One byte of the body is another one. */
  | { readonly kind: "corrupt" }
  /** The whole file comes, although a range was asked for. */
  | { readonly kind: "whole" }
  /** Behind so many bytes nothing comes until the promise resolves. */
  | { readonly kind: "pause"; readonly bytes: number; readonly until: Promise<unknown> }
  /** A piece at a time, with pauses between. */
  | { readonly kind: "slow"; readonly pieceBytes: number; readonly pauseMs: number }
  /** The connection ends without an answer. */
  | { readonly kind: "reset" };

/** A request, as a fault may depend on it. */
export interface Seen {
  readonly server: "hub" | "cdn";
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
  /** So many requests have come before. */
  readonly index: number;
}

/** Sends a body, as far as the fault lets it. */
export async function sendBody(
  response: ServerResponse,
  body: Buffer,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === "cut") {
    await written(response, body.subarray(0, fault.bytes));
    response.destroy();
    return;
  }
  if (fault?.kind === "pause") {
    await written(response, body.subarray(0, fault.bytes));
    await fault.until;
    response.end(body.subarray(fault.bytes));
    return;
  }
  if (fault?.kind === "slow") {
    for (let at = 0; at < body.length && !response.destroyed; at += fault.pieceBytes) {
      response.write(body.subarray(at, at + fault.pieceBytes));
      await sleep(fault.pauseMs);
    }
    response.end();
    return;
  }
  response.end(fault?.kind === "corrupt" ? corrupted(body) : body);
}

async function written(response: ServerResponse, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    response.write(bytes, () => {
      resolve();
    });
  });
}

function corrupted(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}
