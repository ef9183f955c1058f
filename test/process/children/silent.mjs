// node silent.mjs <package>: does what makes the engine complain, without a logger.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const { HuggingFaceProvider } = await import(process.argv[2]);
const options = { temperature: 0, threads: 1 };
const llm = new HuggingFaceProvider(options);
const codes = [];
const note = async (call) => {
  codes.push(
    await call.then(
      () => "done",
      (error) => error.code,
    ),
  );
};

for (const grammar of ["root := x", "root ::= x", 'root ::= "a', 'root ::= root "a"', "a ::= b"]) {
  await note(llm.generate("Hello", { grammar }));
}
await note(llm.generate("fox ".repeat(3000)));
await note(llm.score([99999]));
await note(llm.generate("Hello", { max_tokens: 3, logit_bias: { 99999: 1 } }));
await note(new HuggingFaceProvider({ ...options, context_window: 4096 }).generate("Hello"));
await note(new HuggingFaceProvider({ ...options, context_window: 2 ** 31 - 1 }).preload());

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "abstractllm-test-"));
const model = path.join(folder, "broken.gguf");
for (const bytes of ["", "GGUF", "something else entirely"]) {
  fs.writeFileSync(model, bytes);
  await note(new HuggingFaceProvider({ ...options, model }).preload());
}
fs.rmSync(folder, { recursive: true });
console.log(JSON.stringify(codes));
