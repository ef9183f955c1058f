/** A frozen copy of the base, with those of its keys replaced that were given. */
export function overlay<T extends object>(base: T, given: Partial<T>): Readonly<T> {
  const result = { ...base };
  for (const key of Object.keys(base) as (keyof T)[]) {
    const value = given[key];
    if (value !== undefined) result[key] = value;
  }
  return Object.freeze(result);
}
