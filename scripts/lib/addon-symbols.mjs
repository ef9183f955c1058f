import { captureOrFail } from "./command.mjs";

const nodeApi = /^(napi|node_api)_\w+$/;
// Weak references that every shared library of GCC has, resolved or not.
const toolchain = /^(__gmon_start__|_ITM_\w+|__cxa_finalize|__cxa_thread_atexit_impl)$/;

/**
 * The symbols an addon takes from the program that loads it, split into Node-API's
 * and others. Only the former exist in every Node, Electron, Bun and Deno. Linux only:
 * there, what comes from a library has that library's version behind an "@".
 */
export function hostSymbols(addon) {
  const lines = captureOrFail("nm", ["--dynamic", "--undefined-only", addon]).split("\n");
  const names = lines.map((line) => line.trim().split(/\s+/).at(-1)).filter(Boolean);
  const fromHost = names.filter((name) => !name.includes("@") && !toolchain.test(name));
  return {
    nodeApi: fromHost.filter((name) => nodeApi.test(name)),
    others: fromHost.filter((name) => !nodeApi.test(name)),
  };
}

/**
 * What an addon or library offers to others. Weak symbols are left out: those are
 * copies of the C++ library's templates, which every library in C++ has.
 */
export function exportedSymbols(file) {
  const lines = captureOrFail("nm", ["--dynamic", "--defined-only", file]).split("\n");
  const symbols = lines
    .map((line) => line.trim().split(/\s+/))
    .filter((parts) => parts.length === 3);
  return symbols.filter(([, type]) => !/[vVwWu]/.test(type)).map(([, , name]) => name);
}
