import type { Config, ConfigValues } from "../config.js";
import type { Renaming } from "../source-tensors.js";
import { layerNorm, linear, parameter, type TensorRule } from "../tensor-rules.js";

/**
 * A way of hearing that the engine has a graph for, as checkpoints have it: the tower that
 * sounds go through, and what makes rows for the language model of its output.
 */
export interface AudioFamily {
  /** The engine's name: "qwen2a". */
  readonly projector: string;
  /** Names in config.json's `architectures`, of the whole model. */
  readonly classes: readonly string[];
  /** What transformers fills in where audio_config is silent. */
  readonly defaults: ConfigValues;
  /** And text_config. */
  readonly textDefaults: ConfigValues;
  /** From the tensors' names in files to those in `tensors`: "tower." and "projector." */
  readonly renamings: readonly Renaming[];
  /** Throws UnsupportedModelError for settings that the graph cannot follow. */
  readonly check: (facts: { readonly config: Config; readonly className: string }) => void;
  readonly tensors: readonly TensorRule[];
}

/** A convolution over frames; the engine adds its bias as a column. */
function convolution(to: string, from: string, inputs: string): TensorRule[] {
  return [
    {
      ...{ to: `${to}.weight`, from: `${from}.weight`, bare: true, exact: true },
      shape: ["hidden", inputs, 3],
      target: ["hidden", inputs, 3],
    },
    {
      ...{ to: `${to}.bias`, from: `${from}.bias`, bare: true, exact: true },
      shape: ["hidden"],
      target: ["hidden", 1],
      operation: { kind: "column" },
    },
  ];
}

const LAYER = "tower.layers.{layer}";

/** Whisper's encoder: two convolutions, and layers whose keys have no bias. */
const WHISPER: readonly TensorRule[] = [
  ...convolution("a.conv1d.1", "tower.conv1", "bands"),
  ...convolution("a.conv1d.2", "tower.conv2", "hidden"),
  parameter("a.position_embd.weight", "tower.embed_positions.weight", ["positions", "hidden"]),
  ...(["q", "v"] as const).map((name) =>
    linear(`a.blk.{layer}.attn_${name}`, `${LAYER}.self_attn.${name}_proj`, ["hidden", "hidden"], {
      bias: "required",
    }),
  ),
  linear("a.blk.{layer}.attn_k", `${LAYER}.self_attn.k_proj`, ["hidden", "hidden"]),
  linear("a.blk.{layer}.attn_out", `${LAYER}.self_attn.out_proj`, ["hidden", "hidden"], {
    bias: "required",
  }),
  layerNorm("a.blk.{layer}.ln1", `${LAYER}.self_attn_layer_norm`),
  layerNorm("a.blk.{layer}.ln2", `${LAYER}.final_layer_norm`),
  linear("a.blk.{layer}.ffn_up", `${LAYER}.fc1`, ["ffn", "hidden"], { bias: "required" }),
  linear("a.blk.{layer}.ffn_down", `${LAYER}.fc2`, ["hidden", "ffn"], { bias: "required" }),
  layerNorm("a.post_ln", "tower.layer_norm"),
];

/** Qwen2-Audio: Whisper's encoder, averages of neighbours, and one linear layer. */
const QWEN2_AUDIO: AudioFamily = {
  projector: "qwen2a",
  classes: ["Qwen2AudioForConditionalGeneration"],
  defaults: {
    num_mel_bins: 128,
    encoder_layers: 32,
    encoder_attention_heads: 20,
    encoder_ffn_dim: 5120,
    d_model: 1280,
    activation_function: "gelu",
    scale_embedding: false,
    max_source_positions: 1500,
  },
  textDefaults: { hidden_size: 4096 },
  renamings: [
    [/^model[.]/, ""],
    [/^audio_tower[.]/, "tower."],
    [/^multi_modal_projector[.]/, "projector."],
  ],
  check({ config, className }) {
    const required = { activation_function: "gelu", scale_embedding: false };
    for (const [setting, value] of Object.entries(required)) {
      const found = config.value(setting);
      if (found === value) continue;
      throw config.unsupported(className, `audio_config.${setting}`, found, String(value));
    }
  },
  tensors: [
    ...WHISPER,
    linear("mm.a.fc", "projector.linear", ["text", "hidden"], { bias: "required" }),
  ],
};

/** Every way of hearing that is served as a checkpoint. */
export const AUDIO_FAMILIES: readonly AudioFamily[] = [QWEN2_AUDIO];
