/** What values a flag takes, and what comes of them; switches take none. */
export type FlagKind = "switch" | "off-switch" | "text" | "number" | "texts" | "biases" | "pairs";

/** One option of a command, as it is typed: `--max-tokens N`. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly kind: FlagKind;
  /** What stands for the value in the help; switches have none. */
  readonly placeholder?: string;
  /** One sentence without its full stop. */
  readonly help: string;
}

export interface FlagGroup {
  readonly title: string;
  readonly flags: readonly Flag[];
}

export const HELP_FLAG: Flag = {
  name: "help",
  short: "h",
  kind: "switch",
  help: "Show this help",
};

export const JSON_FLAG: Flag = {
  name: "json",
  kind: "switch",
  help: 'Print JSON instead of text; after a failure an object with "error"',
};
