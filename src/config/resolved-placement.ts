/** As listDevices() has it: "cpu", "cuda:0", "metal", "vulkan:1". */
export type DeviceId = string;

/** "auto", or one device for all; or devices of modules. */
export type ResolvedDeviceMap = DeviceId | Readonly<Record<string, DeviceId>>;

/** Bytes. */
export type ResolvedMaxMemory = Readonly<Record<DeviceId, number>>;

export interface ResolvedPlacement {
  readonly device_map: ResolvedDeviceMap;
  readonly max_memory: ResolvedMaxMemory;
  /** In seconds. */
  readonly keep_alive: number;
}
