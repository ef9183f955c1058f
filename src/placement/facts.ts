/** What the planner knows of a model. Bytes of weights, as its file has them. */
export interface ModelFacts {
  /** Rows of the vocabulary: looked up on the CPU, wherever the rest lies. */
  readonly embedding_bytes: number;
  readonly layers: readonly LayerFacts[];
  /** What comes behind the last layer; with tied weights, the embedding once more. */
  readonly output_bytes: number;
  /** Of the KV cache, per layer. */
  readonly kv_bytes: number;
  /** What computing takes on a device with layers, beside them. */
  readonly compute_bytes: number;
}

export interface LayerFacts {
  /** Experts included. */
  readonly weights_bytes: number;
  /** Of experts, which a mixture asks few of at a time. */
  readonly expert_bytes: number;
}

/** A device beside the CPU, and what it may be filled with. */
export interface DeviceSpace {
  readonly id: string;
  readonly spendable_bytes: number;
}

/** A tensor of a GGUF file, or of what a checkpoint becomes. */
export interface PlacedTensor {
  readonly name: string;
  readonly bytes: number;
}

const LAYER = /^(?:enc\.|dec\.)?blk\.(\d+)\./;
const EXPERTS = /\.ffn_(?:gate_up|gate|up|down)_exps\./;

/** A model's tensors by the layers that they belong to. */
export function factsOf(
  tensors: readonly PlacedTensor[],
  cache: Readonly<Record<"kv_bytes" | "compute_bytes", number>>,
): ModelFacts {
  const layers: { weights_bytes: number; expert_bytes: number }[] = [];
  let embedding_bytes = 0;
  let output_bytes = 0;
  let isTied = true;
  for (const { name, bytes } of tensors) {
    const index = LAYER.exec(name)?.[1];
    if (index !== undefined) {
      const layer = layerAt(layers, Number(index));
      layer.weights_bytes += bytes;
      if (EXPERTS.test(name)) layer.expert_bytes += bytes;
    } else if (name.startsWith("output")) {
      if (name === "output.weight") isTied = false;
      output_bytes += bytes;
    } else {
      embedding_bytes += bytes;
    }
  }
  if (isTied) output_bytes += embedding_bytes;
  return {
    embedding_bytes,
    layers,
    output_bytes,
    kv_bytes: layers.length === 0 ? 0 : Math.ceil(cache.kv_bytes / layers.length),
    compute_bytes: cache.compute_bytes,
  };
}

function layerAt<T>(layers: T[], index: number): T {
  while (layers.length <= index) layers.push({ weights_bytes: 0, expert_bytes: 0 } as T);
  return layers[index] as T;
}
