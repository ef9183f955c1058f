/** Replaces lone surrogates by U+FFFD: they have no UTF-8 form, and C++ sees UTF-8 only. */
export function toWellFormed(text: string): string {
  // Node 20 has it; the compiler's ES2023 library does not declare it.
  return (text as string & { toWellFormed(): string }).toWellFormed();
}
