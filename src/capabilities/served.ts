import type { Evidence } from "./evidence.js";
import type { CapabilityName } from "./types.js";

/** What no call of this version does, whatever the model. */
const UNSERVED: readonly CapabilityName[] = ["token_classification", "text_to_speech", "tool_use"];
const SEEING: readonly CapabilityName[] = ["image_to_text", "visual_question_answering"];
const HEARING: readonly CapabilityName[] = ["audio_to_text", "speech_to_text"];

/** Whether this version of the package does it with this model. */
export function isServed(name: CapabilityName, { isServed, vision, audio }: Evidence): boolean {
  if (!isServed || UNSERVED.includes(name)) return false;
  if (SEEING.includes(name)) return vision?.isServed === true;
  if (HEARING.includes(name)) return audio?.isServed === true;
  return true;
}
