import assert from "node:assert/strict";
import { commandHelp, overviewHelp } from "../../src/cli/help.js";
import { EXIT } from "../../src/cli/exit-codes.js";
import { COMMANDS } from "../../src/cli/run-cli.js";

describe("the help", () => {
  for (const command of COMMANDS) {
    it(`of ${command.name} has every option, examples and the exit codes`, () => {
      const help = commandHelp(command, 80);
      for (const { name, short, placeholder } of command.groups.flatMap(({ flags }) => flags)) {
        const value = placeholder === undefined ? "" : ` ${placeholder}`;
        const letter = short === undefined ? "" : `-${short}, `;
        assert.ok(help.includes(`${letter}--${name}${value}`), name);
      }
      for (const { line } of command.examples) assert.ok(help.includes(line), line);
      for (const code of Object.values(EXIT))
        assert.match(help, new RegExp(`^ +${String(code)} `, "m"));
    });
  }

  it("names every command, and the exit codes", () => {
    const help = overviewHelp(COMMANDS, 80);
    for (const { name, summary } of COMMANDS)
      assert.ok(help.includes(`${name} `) && help.includes(summary));
    for (const code of Object.values(EXIT))
      assert.match(help, new RegExp(`^ +${String(code)} `, "m"));
  });

  it("fits the terminal, but for examples, which can be copied", () => {
    for (const columns of [60, 80, 200]) {
      for (const command of COMMANDS) {
        const copied = new Set(command.examples.map(({ line }) => line));
        const lines = commandHelp(command, columns).split("\n");
        const long = lines.filter((line) => line.length > Math.min(columns, 100));
        assert.deepEqual(
          long.filter((line) => !copied.has(line.trim())),
          [],
        );
      }
    }
  });

  it("tells the defaults of numbers", () => {
    const [run] = COMMANDS;
    assert.ok(run);
    assert.match(commandHelp(run, 100), /likeliest token \(default: 0\.7\)/);
  });
});
