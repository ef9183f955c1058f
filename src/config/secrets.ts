// Only what is one: "max_token" is a misspelt option, whose value helps.
const SECRET_NAME =
  /^(?:token|(?:hf|hub|hugging_?face|api|access|auth|bearer)_?token|use_auth_token|.*api_?key|.*secret|.*password)$/i;
const HUB_TOKEN = /^hf_[A-Za-z\d]+$/;

/** What stands for a secret in messages and details, which end up in logs. */
export const HIDDEN = "***";

/**
 * Whether the value of an option must not be shown. By its name, because unknown options
 * can be secrets, too; and by its form, because names can be misspelt.
 */
export function isSecret(parameter: string, value: unknown): boolean {
  return SECRET_NAME.test(parameter) || (typeof value === "string" && HUB_TOKEN.test(value));
}
