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

export function toLogSink(logger: Logger): LogSink {
  if (typeof logger === "function") return logger;
  // Called as methods: loggers use `this`.
  return (level, message) => logger[level]?.(message);
}
