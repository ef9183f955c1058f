// node unobserved.mjs <package> <what>: generations that nobody looks at the end of.
const [packageMain, what] = process.argv.slice(2);
const { HuggingFaceProvider } = await import(packageMain);
const llm = new HuggingFaceProvider({ temperature: 0, threads: 1, max_tokens: 16 });
const endless = { grammar: 'root ::= "la " root' };

switch (what) {
  case "succeeds":
    void llm.generate("Hello");
    break;
  case "fails":
    void llm.generate("Hello", { temprature: 1 });
    break;
  case "is left in a loop":
    for await (const piece of llm.generate("Hello", endless)) if (piece) break;
    break;
  case "is aborted in a loop":
    try {
      const run = llm.generate("Hello", endless);
      for await (const piece of run) if (piece) run.abort();
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
    break;
  case "is ended by a cleanup":
    void llm.generate("Hello", endless);
    await llm.preload();
    await llm.cleanup();
    break;
  case "is ended by a cleanup while it loads":
    void llm.generate("Hello", endless);
    await llm.cleanup();
    break;
  default:
    throw new Error(`There is no ${what}`);
}
