/** Where layers lie; the C++ counterpart is native/core/placement.h. */
export interface NativePlacement {
  /** Ids of devices beside the CPU, in the order of their layers, which are the model's last. */
  devices: string[];
  /** Of each device; the output counts as one more. */
  layers: number[];
  /** Beginnings of names of tensors that lie on the CPU nevertheless. */
  onCpu: string[];
}

/** A context to try; 0 and "" as in NativeLoadOptions. */
export interface NativeNeedVariant {
  contextSize: number;
  cacheCells: number;
  cacheTypeK: string;
  cacheTypeV: string;
}

export interface NativeDeviceMemory {
  id: string;
  weightsBytes: number;
  kvCacheBytes: number;
  computeBytes: number;
}

/** Result of a measure job. */
export interface NativeNeed {
  /** In the order in which they were given. */
  variants: NativeVariantNeed[];
  /** Of the encoder of pictures, as weights. */
  media: NativeDeviceMemory[];
  /** On the host, beside what the engine accounts for. */
  otherBytes: number;
  layerCount: number;
  /** Whether loading should read the weights instead of mapping their file. */
  readsWeights: boolean;
}

export interface NativeVariantNeed {
  contextSize: number;
  cacheCells: number;
  devices: NativeDeviceMemory[];
  /** Why there can be no such context. */
  error?: { code: string; message: string; details: Record<string, unknown> };
}
