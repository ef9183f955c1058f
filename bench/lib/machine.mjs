import os from "node:os";

/** What numbers depend on and a reader needs to know; nothing that names the machine. */
export function machine() {
  const [cpu] = os.cpus();
  return {
    cpu: cpu?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memory_gib: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release().split("-")[0]}, ${process.arch}`,
    node: process.version,
  };
}
