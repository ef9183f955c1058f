/**
 * Whether a value is an object literal, a module namespace or a null-prototype object,
 * from any realm. Instances, arrays, proxies that throw and null are not.
 */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    // Another realm (vm, worker test runners) has its own Object.prototype.
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    return false;
  }
}
