/** How a process of this command line ends; `abstractllm --help` lists the same. */
export const EXIT = Object.freeze({
  ok: 0,
  failure: 1,
  usage: 2,
  interrupted: 130,
});

/** What each means, for the help. */
export const EXIT_CODE_WORDS: readonly (readonly [number, string])[] = [
  [EXIT.ok, "it worked"],
  [EXIT.failure, "it failed: the model, the machine or the call"],
  [EXIT.usage, "wrong usage: an unknown command or option, or a wrong value"],
  [EXIT.interrupted, "Ctrl+C (SIGINT) ended it"],
];
