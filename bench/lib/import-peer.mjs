import { Skip } from "./skip.mjs";

/** A package of bench/node_modules; Skip where it is missing or does not load. */
export async function importPeer(name) {
  try {
    return await import(name);
  } catch (error) {
    const [why] = String(error?.message ?? error).split("\n");
    throw new Skip(`${name} does not load here: ${why}`);
  }
}
