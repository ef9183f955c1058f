/** Bytes by device. */
export type Promised = Readonly<Record<string, number>>;

/** A model that can give its memory back. */
export interface Evictable {
  /** Whether no call uses it now. */
  readonly isIdle: boolean;
  /** When it was last used, by a clock that only counts. */
  readonly lastUsed: number;
  /** Bytes that it takes on a device. */
  bytesOn(device: string): number;
  /** Frees it; the next call loads it again. */
  evict(): Promise<void>;
}

const promises = new Set<Promised>();
// Weakly: a provider that nobody has any more is collected, and its model with it.
const models = new Set<WeakRef<Evictable>>();
let clock = 0;

/** A moment later than all before. */
export function tick(): number {
  return ++clock;
}

/** Sets memory aside for a model that is being loaded: others must not count on it. */
export function promise(bytes: Promised): () => void {
  const own = { ...bytes };
  promises.add(own);
  return () => {
    promises.delete(own);
  };
}

export function promisedBytes(device: string): number {
  let sum = 0;
  for (const bytes of promises) sum += bytes[device] ?? 0;
  return sum;
}

export function addModel(model: Evictable): () => void {
  const own = new WeakRef(model);
  models.add(own);
  return () => {
    models.delete(own);
  };
}

function loadedModels(): Evictable[] {
  const loaded: Evictable[] = [];
  for (const reference of models) {
    const model = reference.deref();
    if (model === undefined) models.delete(reference);
    else loaded.push(model);
  }
  return loaded;
}

/**
 * What idle models take on a device.
 * @param also counted even if calls use it
 */
export function idleBytes(device: string, also?: Evictable): number {
  let sum = 0;
  for (const model of loadedModels()) {
    if (model.isIdle || model === also) sum += model.bytesOn(device);
  }
  return sum;
}

/**
 * Frees the idle model that was not used for longest, of those that take memory on a device.
 *
 * @returns false when there is none
 */
export async function evictOne(device: string): Promise<boolean> {
  const idle = loadedModels().filter((model) => model.isIdle && model.bytesOn(device) > 0);
  const [oldest] = idle.sort((a, b) => a.lastUsed - b.lastUsed);
  if (oldest === undefined) return false;
  await oldest.evict();
  return true;
}
