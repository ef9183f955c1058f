/** The severities of log lines, the gravest first. */
export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where log lines go: a function, or an object such as `console`. */
export type Logger =
  | ((level: LogLevel, message: string) => void)
  | { readonly [Level in LogLevel]?: (message: string) => void };

/** The one form that the rest of the package knows. */
export type LogSink = (level: LogLevel, message: string) => void;

/** Whether a value can serve as a logger: class instances are as good as plain objects. */
export function isLogger(value: unknown): value is Logger {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  const methods = LOG_LEVELS.map((level) => (value as Record<string, unknown>)[level]).filter(
    (method) => method !== undefined,
  );
  // An object without any of the methods is a mistake, not a wish for silence.
  return methods.length > 0 && methods.every((method) => typeof method === "function");
}

/**
 * A logger in the form that the rest of the package knows. It never throws: a logger that does
 * is no failure of what it is told about. The first error becomes a warning of the process.
 */
export function toLogSink(logger: Logger): LogSink {
  let hasFailed = false;
  const fail = (error: unknown): void => {
    if (hasFailed) return;
    hasFailed = true;
    const words = error instanceof Error ? error.message : String(error);
    process.emitWarning(`A logger of abstractllm failed: ${words}`, {
      type: "AbstractLLMWarning",
      detail: "Its further errors are not shown.",
    });
  };
  return (level, message) => {
    try {
      const done = write(logger, level, message);
      if (done instanceof Promise) done.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
}

/** Some are asynchronous, whatever their types say. */
type Write = (...words: string[]) => unknown;

function write(logger: Logger, level: LogLevel, message: string): unknown {
  if (typeof logger === "function") return (logger as Write)(level, message);
  // Called as methods: loggers use `this`.
  return (logger as Readonly<Record<string, Write | undefined>>)[level]?.(message);
}
