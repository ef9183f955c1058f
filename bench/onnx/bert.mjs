import { OnnxGraph } from "./graph.mjs";

/** The encoders of native/bench/model_shapes.cc, by the names that they have there. */
export const SHAPES = {
  minilm: {
    vocabulary: 30522,
    embedding: 384,
    layers: 6,
    feedForward: 1536,
    heads: 12,
    context: 512,
  },
  "tiny-bert": {
    vocabulary: 1024,
    embedding: 64,
    layers: 2,
    feedForward: 128,
    heads: 2,
    context: 512,
  },
};

/** A BERT with random weights as an ONNX file: token ids and mask in, hidden states out. */
export function bertOnnx(shape) {
  const { vocabulary, embedding, layers, context } = shape;
  const graph = new OnnxGraph();
  const random = noise();
  const dynamic = ["batch", "tokens"];
  const ids = graph.input("input_ids", dynamic);
  const mask = graph.input("attention_mask", dynamic);
  const types = graph.input("token_type_ids", dynamic);
  const table = (name, rows) => graph.weight(name, [rows, embedding], random(rows * embedding));

  const words = graph.node("Gather", [table("words", vocabulary), ids]);
  const kinds = graph.node("Gather", [table("types", 2), types]);
  const places = graph.node("Slice", [
    table("positions", context),
    graph.integers(0),
    graph.node("Slice", [graph.node("Shape", [ids]), graph.integers(1), graph.integers(2)]),
    graph.integers(0),
  ]);
  const sum = graph.node("Add", [graph.node("Add", [words, kinds]), places]);
  let hidden = norm(graph, "embeddings", sum, embedding);
  const bias = maskBias(graph, mask);
  for (let layer = 0; layer < layers; layer += 1) {
    hidden = block(graph, `layer${layer}`, hidden, bias, shape, random);
  }
  graph.node("Identity", [hidden], {}, "last_hidden_state");
  graph.output("last_hidden_state", [...dynamic, embedding]);
  return graph.serialise();
}

/** 0 where there is a token, very negative where there is padding: [batch, 1, 1, tokens]. */
function maskBias(graph, mask) {
  const wide = graph.node("Unsqueeze", [mask, graph.integers(1, 2)]);
  const ones = graph.node("Cast", [wide], { to: 1 });
  const missing = graph.node("Sub", [graph.scalar(1), ones]);
  return graph.node("Mul", [missing, graph.scalar(-1e9)]);
}

function block(graph, name, input, bias, shape, random) {
  const { embedding, feedForward } = shape;
  const linear = (part, from, rows, columns) =>
    dense(graph, `${name}.${part}`, from, rows, columns, random);
  const attended = attention(graph, linear, input, bias, shape);
  const output = linear("output", attended, embedding, embedding);
  const first = norm(graph, `${name}.norm1`, graph.node("Add", [output, input]), embedding);
  const up = graph.node("Gelu", [linear("up", first, embedding, feedForward)]);
  const down = linear("down", up, feedForward, embedding);
  return norm(graph, `${name}.norm2`, graph.node("Add", [down, first]), embedding);
}

function attention(graph, linear, input, bias, { embedding, heads }) {
  const size = embedding / heads;
  const split = (part) => {
    const flat = linear(part, input, embedding, embedding);
    return graph.node("Reshape", [flat, graph.integers(0, 0, heads, size)]);
  };
  const query = graph.node("Transpose", [split("query")], { perm: [0, 2, 1, 3] });
  const key = graph.node("Transpose", [split("key")], { perm: [0, 2, 3, 1] });
  const value = graph.node("Transpose", [split("value")], { perm: [0, 2, 1, 3] });
  const products = graph.node("MatMul", [query, key]);
  const scaled = graph.node("Div", [products, graph.scalar(Math.sqrt(size))]);
  const weights = graph.node("Softmax", [graph.node("Add", [scaled, bias])], { axis: 3 });
  const mixed = graph.node("MatMul", [weights, value]);
  const rows = graph.node("Transpose", [mixed], { perm: [0, 2, 1, 3] });
  return graph.node("Reshape", [rows, graph.integers(0, 0, embedding)]);
}

function dense(graph, name, input, rows, columns, random) {
  const weight = graph.weight(`${name}.weight`, [rows, columns], random(rows * columns));
  const bias = graph.weight(`${name}.bias`, [columns], new Float32Array(columns));
  return graph.node("Add", [graph.node("MatMul", [input, weight]), bias]);
}

function norm(graph, name, input, size) {
  const scale = graph.weight(`${name}.scale`, [size], new Float32Array(size).fill(1));
  const bias = graph.weight(`${name}.bias`, [size], new Float32Array(size));
  return graph.node("LayerNormalization", [input, scale, bias], { epsilon: 1e-12 });
}

/** Makes arrays of small random numbers, quickly: pieces of one table. */
function noise() {
  const table = Float32Array.from({ length: 65537 }, (_, i) => Math.sin(i * i) * 0.04);
  let at = 0;
  return (length) => Float32Array.from({ length }, () => table[(at = (at + 1) % table.length)]);
}
