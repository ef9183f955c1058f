import type { PlacementPlan } from "../placement/plan.js";
import { listDevices } from "./devices.js";
import type { HostedModel } from "./hosted-model.js";

/** What a model takes on one device, in bytes; `free` and `total` are the device's. */
export interface DeviceUsage {
  device: string;
  weights: number;
  kv_cache: number;
  compute: number;
  free: number;
  total: number;
}

export interface ResourceUsage {
  /** Whether the model is in memory. */
  loaded: boolean;
  devices: DeviceUsage[];
  /** Calls accepted and not finished. */
  queue_depth: number;
  /** Sequences of them that are being computed; the others wait. */
  active: number;
  /** Tokens in the KV cache: of the calls under way, and kept for calls that continue them. */
  cells_used: number;
  /** Tokens that the KV cache holds. 0 while the model is not loaded. */
  cells_total: number;
  /** Bytes of pictures and sounds that are encoded and kept for later calls. */
  media_cache: number;
  /**
   * Whether calls with a common beginning share its cells. Not for models with a
   * sliding window, and recurrent, hybrid and encoder-decoder ones; undefined while the model is not loaded.
   */
  prefix_reuse: boolean | undefined;
  /** Which layers are where, and why; undefined while the model is not loaded. */
  plan: PlacementPlan | undefined;
}

export function describeUsage(hosted: HostedModel | undefined): ResourceUsage {
  const usage = hosted?.engine.usage();
  return {
    loaded: hosted !== undefined,
    devices: listDevices().map((device) => {
      const own = usage?.devices.find(({ id }) => id === device.id);
      return {
        device: device.id,
        weights: own?.weightsBytes ?? 0,
        kv_cache: own?.kvCacheBytes ?? 0,
        compute: own?.computeBytes ?? 0,
        free: device.free_bytes,
        total: device.total_bytes,
      };
    }),
    queue_depth: usage?.queueDepth ?? 0,
    active: usage?.active ?? 0,
    cells_used: usage?.kvCellsUsed ?? 0,
    cells_total: usage?.kvCellsTotal ?? 0,
    media_cache: usage?.mediaCacheBytes ?? 0,
    prefix_reuse: hosted?.info.prefixReuse,
    plan: hosted?.plan,
  };
}
