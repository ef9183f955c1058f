import assert from "node:assert/strict";
import { parseArguments } from "../../src/cli/arguments.js";
import { runCommand } from "../../src/cli/command-run.js";
import { flagOfOption, providerOptions } from "../../src/cli/provider-flags.js";
import { UsageError } from "../../src/cli/usage-error.js";
import { DEFERRED } from "../../src/config/deferred.js";
import { optionNamesAt } from "../../src/config/options.js";
import { HuggingFaceProvider, InvalidParameterError } from "../../src/index.js";

const FLAGS = runCommand.groups.flatMap(({ flags }) => flags);

function optionsOf(...args: string[]): unknown {
  return providerOptions(parseArguments(args, FLAGS));
}

describe("the options of the provider on the command line", () => {
  // --verbose gives the log; the others are about many calls, or for strangers' files.
  const NOT_TYPED = [
    ...["keep_alive", "max_queue", "logger", "log_level"],
    ...["file_limits", "allow_local_addresses"],
  ];

  it("are all there, but for those that are not served yet", () => {
    const missing = optionNamesAt("provider").filter((name) => flagOfOption(name) === undefined);
    const later = Object.keys(DEFERRED);
    assert.deepEqual(
      missing.filter((name) => !later.includes(name)),
      NOT_TYPED,
    );
  });

  it("have the names of the provider with dashes, and each its own", () => {
    assert.equal(flagOfOption("max_tokens"), "max-tokens");
    assert.equal(flagOfOption("system_prompt"), "system");
    assert.equal(flagOfOption("toString"), undefined);
    const names = FLAGS.flatMap(({ name, short }) =>
      short === undefined ? [name] : [name, short],
    );
    assert.equal(new Set(names).size, names.length);
  });

  it("get the types that the provider wants", () => {
    const options = {
      model: "a.gguf",
      system_prompt: "Be brief.",
      temperature: 0.5,
      seed: 7,
      frequency_penalty: -1.5,
      stop: ["\n\n", "END", "a\\d"],
      apply_chat_template: false,
      parse_special: true,
      logit_bias: { 5: -1.5, 6: false as const },
      truncation_strategy: "left" as const,
      n: 2,
      kv_cache_tokens: 4096,
      cache_type_k: "q8_0" as const,
      use_flash_attention: false,
    };
    const typed = optionsOf(
      ...["-m", "a.gguf", "--system", "Be brief.", "--temperature=.5", "--seed", "7"],
      ...["--frequency-penalty", "-1.5", "--stop", "\\n\\n", "--stop", "END", "--stop=a\\\\d"],
      ...["--logit-bias", "5=-1.5", "--logit-bias", "6=false"],
      ...["--no-chat-template", "--parse-special", "--truncation-strategy", "left", "--n", "2"],
      ...["--kv-cache-tokens", "4096", "--cache-type-k", "q8_0", "--no-flash-attention"],
    );
    assert.deepEqual(typed, options);
    assert.ok(new HuggingFaceProvider(options));
    assert.deepEqual(optionsOf(), {});
  });

  it("leave it to the provider to judge the values", () => {
    assert.deepEqual(optionsOf("--temperature", "hot"), { temperature: "hot" });
    assert.deepEqual(optionsOf("--max-tokens", "0x10"), { max_tokens: "0x10" });
    assert.deepEqual(optionsOf("--seed", "1", "--seed", "2"), { seed: 2 });
  });

  it("refuse a bias that is no pair", () => {
    for (const bias of ["5", "5=", "=1", "a=1", "5=b", "5=1=2"]) {
      assert.throws(() => optionsOf("--logit-bias", bias), UsageError, bias);
    }
  });
});

describe("parseArguments", () => {
  it("tells operands from options, and ends the options at --", () => {
    const args = parseArguments(["Hello", "--json", "--", "--stats"], FLAGS);
    assert.deepEqual(args.positionals, ["Hello", "--stats"]);
    assert.ok(args.has("json"));
    assert.ok(!args.has("stats"));
    assert.deepEqual(parseArguments(["-"], FLAGS).positionals, ["-"]);
  });

  it("names the option that was probably meant", () => {
    const nearest = (typed: string): unknown => {
      try {
        parseArguments([typed], FLAGS);
      } catch (error) {
        if (InvalidParameterError.isInstance(error)) return error.details.nearest;
      }
      return "no error";
    };
    assert.equal(nearest("--temprature"), "--temperature");
    assert.equal(nearest("--top_k=5"), "--top-k");
    assert.equal(nearest("--maxTokens"), "--max-tokens");
    assert.equal(nearest("--max-new-tokens"), "--max-tokens");
    assert.equal(nearest("--n-ctx"), "--context-window");
    assert.equal(nearest("--xyzzy"), undefined);
    assert.equal(nearest("-z"), undefined);
  });

  it("says of options of later versions that they will come", () => {
    assert.throws(() => parseArguments(["--trust-remote-code"], FLAGS), /does not serve it yet/);
  });

  it("says of options of other tools what to use", () => {
    assert.throws(() => parseArguments(["--mlock"], FLAGS), /maps the file into memory/);
    assert.throws(() => parseArguments(["--n-gpu-layers", "9"], FLAGS), /mean --device-map\?/);
    assert.throws(() => parseArguments(["--json-schema", "{}"], FLAGS), /mean --grammar\?/);
  });

  it("says how a prompt may begin with a dash", () => {
    for (const prompt of ["-5 + 3?", "- an item", "--- a rule", "-what is this?", "-1"]) {
      assert.throws(
        () => parseArguments([prompt], FLAGS),
        (error) => {
          assert.ok(InvalidParameterError.isInstance(error));
          assert.ok(error.message.startsWith(`Unknown option ${prompt}. What begins with a dash`));
          return true;
        },
      );
    }
    for (const flag of ["--modle=a b", "-z", "--no-such"]) {
      assert.throws(
        () => parseArguments([flag], FLAGS),
        (error) => error instanceof Error && !error.message.includes("begins with a dash"),
      );
    }
  });

  it("wants a value where one belongs, and none elsewhere", () => {
    assert.throws(() => parseArguments(["--model"], FLAGS), /--model needs a value: --model MODEL/);
    assert.throws(() => parseArguments(["-m", "--json"], FLAGS), /write --model=--json/);
    assert.throws(() => parseArguments(["--json=yes"], FLAGS), /--json takes no value/);
    assert.equal(parseArguments(["--system=--json"], FLAGS).get("system"), "--json");
    assert.equal(parseArguments(["--grammar-file", "-"], FLAGS).get("grammar-file"), "-");
  });

  it("gives help to whoever asks for it, whatever comes after", () => {
    assert.ok(parseArguments(["--help", "--nonsense"], FLAGS).has("help"));
    assert.ok(parseArguments(["-h"], FLAGS).has("help"));
  });
});
