/** A device: `cpu`, `cuda`, `cuda:1`, `metal` (`mps`), `vulkan:0`. */
export type DeviceName =
  "cpu" | "metal" | "mps" | "cuda" | "vulkan" | `cuda:${number}` | `vulkan:${number}`;

/** Where a model lies, and how much memory it may take. */
export interface PlacementOptions {
  /**
   * Where the model's layers lie: "auto" puts as many as fit on the devices that compute
   * fastest; one device takes all of them; an object has devices for names of modules, as in
   * transformers ("model.layers.3", "lm_head", "" for all others).
   * @default "auto"
   */
  device_map?: "auto" | DeviceName | Readonly<Record<string, DeviceName | number>> | undefined;
  /**
   * The most memory that models of this process may take on a device, as bytes or as "4GiB",
   * "4GB". A device that is not named may be filled.
   * @default {}
   */
  max_memory?: Readonly<Record<string, number | string>> | undefined;
  /**
   * Seconds for which an idle model stays in memory; it is loaded again by the next call.
   * Idle models also make room for others that need it, whatever this says.
   * @default Infinity
   */
  keep_alive?: number | undefined;
}
