import assert from "node:assert/strict";

interface ErrorClass<T> {
  readonly name: string;
  new (...args: never[]): T;
}

/** What a promise rejects with; fails when it resolves. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  return await Promise.resolve(promise).then(
    () => assert.fail("It resolved, and should have rejected"),
    (reason: unknown) => reason,
  );
}

/** The error of the wanted class that a promise rejects with; fails for any other. */
export async function rejectionOf<T>(
  wanted: ErrorClass<T>,
  promise: PromiseLike<unknown>,
): Promise<T> {
  const reason = await rejection(promise);
  if (reason instanceof wanted) return reason;
  throw new Error(`It rejected with ${String(reason)}, which is no ${wanted.name}`, {
    cause: reason,
  });
}
