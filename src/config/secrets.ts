// Only what is one: "max_token" is a misspelt option, whose value helps.
const SECRET_NAME =
  /^(?:token|(?:hf|hub|hugging_?face|api|access|auth|bearer)_?token|(?:use_)?auth(?:_?token|_?header)?|authori[sz]ation|bearer|cookies?|(?:http_)?headers|.*(?:api|access|private)_?key|.*secrets?|.*passw(?:or)?d|.*credentials?)$/i;
const HUB_TOKEN = /\bhf_[A-Za-z\d]{3,}/g;
const URL_CREDENTIALS = /(?<=:\/\/)[^\s/@]+(?=@)/g;
const URL_KEY = /(?<=[?&](?:[^=&#\s]*_)?(?:token|key|secret|signature)=)[^&#\s]+/gi;
const AUTHORIZATION = /\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi;
// As deep as `preview` looks.
const MAX_DEPTH = 3;
const MAX_ENTRIES = 100;

/** What stands for a secret in messages and details, which end up in logs. */
export const HIDDEN = "***";

/**
 * Whether the value of an option must not be shown. By its name, because unknown options
 * can be secrets, too, by the names inside, and by its form, because names can be misspelt.
 */
export function isSecret(parameter: string, value: unknown): boolean {
  return SECRET_NAME.test(parameter) || hasSecret(value, 0);
}

/** A text without what looks like an access token or a password. */
export function redact(text: string): string {
  return text
    .replaceAll(HUB_TOKEN, HIDDEN)
    .replaceAll(AUTHORIZATION, `$1 ${HIDDEN}`)
    .replaceAll(URL_CREDENTIALS, HIDDEN)
    .replaceAll(URL_KEY, HIDDEN);
}

function hasSecret(value: unknown, depth: number): boolean {
  if (typeof value === "string") return redact(value) !== value;
  if (typeof value !== "object" || value === null || depth === MAX_DEPTH) return false;
  try {
    return entriesOf(value).some(
      ([name, inner]) => SECRET_NAME.test(name) || hasSecret(inner, depth + 1),
    );
  } catch {
    // Proxies can throw on any access; nothing of them is shown either.
    return false;
  }
}

/** The first of them, without running getters. */
function entriesOf(value: object): [string, unknown][] {
  if (ArrayBuffer.isView(value)) return [];
  const names = Array.isArray(value)
    ? Array.from({ length: Math.min(value.length, MAX_ENTRIES) }, (_, index) => String(index))
    : Object.keys(value).slice(0, MAX_ENTRIES);
  return names.map((name) => [
    name,
    Object.getOwnPropertyDescriptor(value, name)?.value as unknown,
  ]);
}
