import assert from "node:assert/strict";
import { join } from "node:path";
import { withChangedCheckpoint } from "../helpers/checkpoints.js";
import { withProvider } from "../helpers/provider.js";
import { VISION_CHECKPOINTS, type VisionCheckpoint } from "../helpers/vision-checkpoints.js";

const TEXT = "a small boat on";
// Log-probabilities of the chosen tokens; transformers computes in float32 too.
const OPTIONS = { torch_dtype: "float32" } as const;

describe("a checkpoint that sees, shown a picture", () => {
  for (const checkpoint of VISION_CHECKPOINTS) {
    it(`writes what transformers writes: ${checkpoint.name}`, async () => {
      await withTemplate(checkpoint, async (model) => {
        await withProvider(
          async (llm) => {
            const { input_ids, greedy } = checkpoint.reference;
            const { usage, logprobs } = await llm
              .generate(TEXT, {
                files: [join(checkpoint.path, "picture.png")],
                max_tokens: greedy.length,
                logprobs: true,
              })
              .result();
            assert.equal(usage.prompt_tokens, input_ids.length);
            const written = logprobs?.map(({ token }) => token) ?? [];
            // As far as no stop token ends it, which the reference goes beyond.
            assert.deepEqual(written, greedy.slice(0, usage.completion_tokens));
            assert.ok(written.length > 0);
          },
          { model, ...OPTIONS },
        );
      });
    });
  }
});

/** A copy with a chat template that makes the reference's prompt: the picture, then the text. */
async function withTemplate(
  { path, reference }: VisionCheckpoint,
  work: (model: string) => Promise<void>,
): Promise<void> {
  const placeholder = reference.prompt.slice(0, -TEXT.length);
  assert.equal(placeholder + TEXT, reference.prompt);
  const chat_template =
    "{% for part in messages[0].content %}{% if part.type == 'image' %}" +
    `${placeholder}{% else %}{{ part.text }}{% endif %}{% endfor %}`;
  await withChangedCheckpoint(path, { "tokenizer_config.json": { chat_template } }, work);
}
