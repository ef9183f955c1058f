import type { Rule } from "../rule.js";
import { AUDIO_RULES } from "./audio.js";
import { CHAT_RULES } from "./chat.js";
import { CODE_RULES } from "./code.js";
import { ENCODER_RULES } from "./encoders.js";
import { GENERATION_RULES } from "./generation.js";
import { LANGUAGE_RULES } from "./languages.js";
import { SEQ2SEQ_RULES } from "./seq2seq.js";
import { SERVING_RULES } from "./serving.js";
import { VISION_RULES } from "./vision.js";

/** The whole table. Its order does not matter. */
export const RULES: readonly Rule[] = [
  ...GENERATION_RULES,
  ...CHAT_RULES,
  ...CODE_RULES,
  ...VISION_RULES,
  ...AUDIO_RULES,
  ...ENCODER_RULES,
  ...SEQ2SEQ_RULES,
  ...LANGUAGE_RULES,
  ...SERVING_RULES,
];
