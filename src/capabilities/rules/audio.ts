import { nameHas } from "../names.js";
import type { Evidence } from "../evidence.js";
import { speaksAgainst, speaksFor, type Rule } from "../rule.js";
import { classWords, continuesText, onlyReads } from "./predicates.js";

/** Sounds and speech, in and out. */
export const AUDIO_RULES: readonly Rule[] = [
  speaksFor("audio_to_text", 0.95, (e) =>
    e.audio !== undefined && continuesText(e)
      ? `a part that hears${e.audio.type === undefined ? "" : `, ${e.audio.type}`}`
      : undefined,
  ),
  speaksFor("audio_to_text", 0.9, (e) => (hears(e) ? classWords(e) : undefined)),
  speaksFor("speech_to_text", 0.97, (e) =>
    e.head === "speech-to-text" ? classWords(e) : undefined,
  ),
  speaksFor("speech_to_text", 0.7, (e) =>
    e.head === "audio-text" || (e.audio !== undefined && continuesText(e))
      ? "it hears, and writes what it is asked for"
      : undefined,
  ),
  ...(["audio_to_text", "speech_to_text"] as const).map((capability) =>
    speaksAgainst(capability, 0.97, (e) =>
      e.audio === undefined && !hears(e) && knownTextHead(e) ? "no part that hears" : undefined,
    ),
  ),

  speaksFor("text_to_speech", 0.97, (e) =>
    e.head === "text-to-speech" ? classWords(e) : undefined,
  ),
  speaksFor("text_to_speech", 0.7, (e) => {
    const word = nameHas(e, /tts|orpheus|kokoro|bark|xtts|outetts/);
    return word === undefined ? undefined : `its name has "${word}" in it`;
  }),
  speaksFor("text_to_speech", 0.9, (e) =>
    e.card?.pipelineTag === "text-to-speech" ? "the card's task" : undefined,
  ),
  speaksAgainst("text_to_speech", 0.9, (e) =>
    knownTextHead(e) && nameHas(e, /tts|orpheus|outetts/) === undefined
      ? `${classWords(e)}, gives no sound`
      : undefined,
  ),
];

function hears({ head }: Evidence): boolean {
  return head === "speech-to-text" || head === "audio-text";
}

function knownTextHead(e: Evidence): boolean {
  return continuesText(e) || onlyReads(e) || e.head === "seq2seq" || e.head === "image-captioning";
}
