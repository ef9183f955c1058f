import type { ImageSpec } from "../native/image-spec.js";
import { gemma3Spec } from "./families/gemma3.js";
import { idefics3Spec } from "./families/idefics3.js";
import { internVlChatSpec, internVlSpec } from "./families/internvl.js";
import { llavaSpec } from "./families/llava.js";
import { pixtralSpec } from "./families/pixtral.js";
import { qwenVlSpec } from "./families/qwen-vl.js";
import type { VisionSettings } from "./settings.js";

export interface VisionFamily {
  /** `model_type` of config.json. */
  readonly modelTypes: readonly string[];
  /** By the class of the image processor; the first is meant where none is named. */
  readonly processors: Readonly<Record<string, (settings: VisionSettings) => ImageSpec>>;
}

export const VISION_FAMILIES: readonly VisionFamily[] = [
  {
    modelTypes: ["llava"],
    processors: {
      CLIPImageProcessor: llavaSpec,
      LlavaImageProcessor: llavaSpec,
      SiglipImageProcessor: llavaSpec,
      ViTImageProcessor: llavaSpec,
      // Pixtral 12B as transformers has it.
      PixtralImageProcessor: pixtralSpec,
    },
  },
  { modelTypes: ["gemma3"], processors: { Gemma3ImageProcessor: gemma3Spec } },
  {
    modelTypes: ["idefics3", "smolvlm"],
    processors: { Idefics3ImageProcessor: idefics3Spec, SmolVLMImageProcessor: idefics3Spec },
  },
  {
    modelTypes: ["qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe"],
    processors: { Qwen2VLImageProcessor: qwenVlSpec, Qwen2_5_VLImageProcessor: qwenVlSpec },
  },
  { modelTypes: ["internvl"], processors: { GotOcr2ImageProcessor: internVlSpec } },
  {
    modelTypes: ["internvl_chat"],
    processors: { CLIPImageProcessor: internVlChatSpec },
  },
  { modelTypes: ["mistral3", "pixtral"], processors: { PixtralImageProcessor: pixtralSpec } },
];
