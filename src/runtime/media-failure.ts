import { AbstractLLMError, MediaError, UnsupportedFeatureError } from "../errors.js";
import { mediaError, messageOf, type FileLabel } from "../file-sources.js";

/**
 * What the core says of a picture or a sound, with the file that the caller gave: the core
 * counts them, and knows no names. Other errors stay what they are.
 * @param labels in the order in which the core was given them
 */
export function namingFile(error: unknown, labels: readonly FileLabel[]): unknown {
  if (!(error instanceof AbstractLLMError)) return error;
  const { file: position, ...details } = error.details;
  const label = typeof position === "number" ? labels[position] : undefined;
  if (label === undefined) return error;
  const named = withLabel(error, label, details);
  named.stack = `${named.name}: ${named.message}${framesOf(error)}`;
  return named;
}

function withLabel(
  error: AbstractLLMError,
  label: FileLabel,
  details: Readonly<Record<string, unknown>>,
): AbstractLLMError {
  if (error instanceof MediaError) {
    return mediaError(label, `cannot be used: ${messageOf(error)}`, { details });
  }
  if (!(error instanceof UnsupportedFeatureError)) return error;
  const { text, file = text, index } = label;
  return new UnsupportedFeatureError(error.message, {
    details: { ...details, file, ...(index === undefined ? {} : { index }) },
  });
}

/** Where the user called. */
function framesOf({ stack = "" }: AbstractLLMError): string {
  const start = stack.indexOf("\n    at ");
  return start < 0 ? "" : stack.slice(start);
}
