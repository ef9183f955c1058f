import type { Family } from "../family.js";
import { BERT, DISTILBERT, ROBERTA } from "./bert.js";
import { FALCON } from "./falcon.js";
import { GEMMA, GEMMA2, GEMMA3 } from "./gemma.js";
import { GPT2, GPT_BIGCODE, GPT_NEOX } from "./gpt.js";
import { GRANITE, GRANITE_MOE } from "./granite.js";
import { LFM2 } from "./lfm2.js";
import { ARCEE, ERNIE4_5, SEED_OSS } from "./llama-like.js";
import { LLAMA, MIXTRAL, SMOLLM3 } from "./llama.js";
import { MODERN_BERT } from "./modern-bert.js";
import { NOMIC_BERT } from "./nomic-bert.js";
import { NEMOTRON } from "./nemotron.js";
import { OLMO, OLMO2, OLMOE } from "./olmo.js";
import { PHI2, PHI3 } from "./phi.js";
import { QWEN2, QWEN2_MOE, QWEN2_VL, QWEN3, QWEN3_MOE, QWEN3_VL } from "./qwen.js";
import { STABLELM } from "./stablelm.js";
import { STARCODER2 } from "./starcoder2.js";
import { T5, T5_ENCODER } from "./t5.js";

/** Everything that is served as a checkpoint. */
export const FAMILIES: readonly Family[] = [
  ...[LLAMA, MIXTRAL, GRANITE, GRANITE_MOE, SMOLLM3, ARCEE, SEED_OSS, ERNIE4_5, NEMOTRON],
  ...[QWEN2, QWEN2_MOE, QWEN2_VL, QWEN3, QWEN3_MOE, QWEN3_VL],
  ...[PHI2, PHI3],
  ...[GPT2, GPT_BIGCODE, GPT_NEOX],
  ...[GEMMA, GEMMA2, GEMMA3],
  ...[STABLELM, OLMO, OLMO2, OLMOE, FALCON, STARCODER2, LFM2],
  ...[BERT, ROBERTA, DISTILBERT, MODERN_BERT, NOMIC_BERT],
  ...[T5, T5_ENCODER],
];
