import type { VisionFamily } from "./family.js";
import { INTERNVL } from "./internvl.js";
import { LLAVA } from "./llava.js";
import { PIXTRAL } from "./pixtral.js";
import { QWEN2_5_VL_VISION, QWEN2_VL_VISION, QWEN3_VL_VISION } from "./qwen.js";
import { GEMMA3_VISION, IDEFICS3 } from "./siglip.js";

/** Every way of seeing that is served as a checkpoint. */
export const VISION_FAMILIES: readonly VisionFamily[] = [
  ...[LLAVA, PIXTRAL, GEMMA3_VISION, IDEFICS3],
  ...[QWEN2_VL_VISION, QWEN2_5_VL_VISION, QWEN3_VL_VISION, INTERNVL],
];
