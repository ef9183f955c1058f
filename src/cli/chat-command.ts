import { nearest } from "../internal/nearest.js";

/** What a line in a chat asks for. */
export type ChatLine =
  | { readonly kind: "message"; readonly text: string }
  | { readonly kind: "exit" | "clear" | "help" | "nothing" }
  | { readonly kind: "system"; readonly text: string }
  | { readonly kind: "unknown"; readonly name: string; readonly nearest: string | undefined };

export const CHAT_COMMANDS: readonly (readonly [string, string])[] = [
  ["/system TEXT", 'Give the model instructions; "" takes them back, no TEXT shows them'],
  ["/clear", "Forget the conversation"],
  ["/help", "Show this"],
  ["/exit", "Leave; so does Ctrl+D"],
];

const NAMES = ["/system", "/clear", "/help", "/exit", "/quit"];

/** Reads a line; a second slash makes a message of what begins with one. */
export function parseChatLine(line: string): ChatLine {
  const text = line.trim();
  if (text === "") return { kind: "nothing" };
  if (text.startsWith("//")) return { kind: "message", text: text.slice(1) };
  if (!text.startsWith("/")) return { kind: "message", text };
  const [name, rest] = splitAtSpace(text);
  switch (name) {
    case "/exit":
    case "/quit":
      return { kind: "exit" };
    case "/clear":
      return { kind: "clear" };
    case "/help":
      return { kind: "help" };
    case "/system":
      return { kind: "system", text: rest };
    default:
      return { kind: "unknown", name, nearest: nearest(name, NAMES) };
  }
}

function splitAtSpace(text: string): [string, string] {
  const end = text.search(/\s/);
  return end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end).trim()];
}
