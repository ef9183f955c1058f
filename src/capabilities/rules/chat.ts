import { instructWords, nameHas, sizeWords } from "../names.js";
import { speaksAgainst, speaksFor, type Rule } from "../rule.js";
import { classWords, continuesText, isRepurposed, onlyReads } from "./predicates.js";

// Below it, calls are well-formed more often than right.
const SMALL_FOR_TOOLS = 1e9;

/** Conversations: taking part in them, following instructions, calling functions. */
export const CHAT_RULES: readonly Rule[] = [
  speaksFor("chat", 0.9, (e) => (continuesText(e) && e.template ? "a chat template" : undefined)),
  speaksFor("chat", 0.6, (e) => (continuesText(e) && !e.template ? instructWords(e) : undefined)),
  speaksAgainst("chat", 0.9, (e) =>
    continuesText(e) && e.template === null ? "no chat template" : undefined,
  ),
  speaksAgainst("chat", 0.5, (e) => {
    const word = nameHas(e, /base|pretrained|pt/);
    return word === undefined ? undefined : `its name has "${word}" in it`;
  }),
  speaksAgainst("chat", 0.98, (e) =>
    onlyReads(e) || e.head === "seq2seq" ? classWords(e) : undefined,
  ),
  speaksAgainst("chat", 0.9, (e) => (continuesText(e) ? isRepurposed(e) : undefined)),

  ...(["system_prompt", "tool_use"] as const).flatMap((capability) => [
    speaksAgainst(capability, 0.95, (e) => (e.template === null ? "no chat template" : undefined)),
    speaksAgainst(capability, 0.98, (e) => (onlyReads(e) ? classWords(e) : undefined)),
    speaksAgainst(capability, 0.9, (e) => (continuesText(e) ? isRepurposed(e) : undefined)),
  ]),
  speaksFor("system_prompt", 0.97, (e) =>
    e.template?.tried === true && e.template.system === true
      ? "its template shows a system message, as trying it showed"
      : undefined,
  ),
  speaksFor("system_prompt", 0.7, (e) =>
    e.template?.tried === false && e.template.system === true
      ? "its template mentions the role system"
      : undefined,
  ),
  speaksAgainst("system_prompt", 0.95, (e) =>
    e.template?.system === false ? "its template shows no system message" : undefined,
  ),
  speaksFor("tool_use", 0.9, (e) =>
    e.template?.tried === true && e.template.tools === true
      ? "its template describes functions, as trying it showed"
      : undefined,
  ),
  speaksFor("tool_use", 0.75, (e) =>
    e.template?.tried === false && e.template.tools === true
      ? "its template mentions tools"
      : undefined,
  ),
  speaksAgainst("tool_use", 0.8, (e) =>
    e.template?.tools === false ? "its template describes no functions" : undefined,
  ),
  speaksFor("tool_use", 0.5, (e) =>
    e.card?.tags.some((tag) => /function.?calling|tool.?(?:use|calling)/i.test(tag)) === true
      ? "the card's tags"
      : undefined,
  ),
  speaksAgainst("tool_use", 0.2, (e) =>
    e.parameterCount !== undefined && e.parameterCount < SMALL_FOR_TOOLS
      ? `only ${sizeWords(e.parameterCount)}`
      : undefined,
  ),
];
