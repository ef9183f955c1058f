/** A failure that its message explains completely: no stack is shown for it. */
export class Failure extends Error {}

/** Runs a script's body and turns what goes wrong into an exit code of 1. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exitCode = 1;
  }
}
