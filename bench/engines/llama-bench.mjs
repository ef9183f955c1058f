import { run } from "../lib/child.mjs";

export function open({ model, tools, threads }) {
  return {
    async rates({ prompt, generated }) {
      const sizes = ["-p", String(prompt), "-n", String(generated)];
      const settings = ["-t", String(threads), "-ngl", "0", "-r", "1", "-o", "json"];
      const output = await run(tools.llamaBench, ["-m", model, ...sizes, ...settings]);
      const tests = JSON.parse(output);
      return {
        prefill: tests.find((test) => test.n_gen === 0).avg_ts,
        decode: tests.find((test) => test.n_prompt === 0).avg_ts,
      };
    },
    close: () => undefined,
  };
}
