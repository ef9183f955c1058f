import { png } from "./png.js";

/** A picture of the kind that the embedded model was trained on, and what it shows. */
export interface Picture {
  readonly file: Buffer;
  readonly caption: string;
}

type Colour = readonly [number, number, number];
type Inside = (x: number, y: number, half: number) => boolean;

interface Thing {
  readonly words: string;
  readonly colour: Colour;
  readonly contains: (x: number, y: number) => boolean;
}

const SIZE = 64;
/** A pixel is the mean of so many points a side. */
const POINTS = 4;
const JITTER = 8;

const BACKGROUNDS = Object.entries({
  cyan: [150, 230, 235],
  white: [250, 250, 250],
  beige: [240, 222, 185],
  gray: [150, 150, 150],
} as const);
const COLOURS = Object.entries({
  red: [205, 30, 40],
  blue: [38, 75, 214],
  green: [38, 163, 74],
  yellow: [243, 202, 21],
  orange: [245, 118, 14],
  pink: [250, 138, 190],
  black: [10, 15, 15],
} as const);
/** Half widths in pixels. */
const SIZES = Object.entries({ small: 5.4, large: 9.7 });
/** By the distance from the middle. */
const SHAPES = Object.entries<Inside>({
  circle: (x, y, half) => x * x + y * y <= half * half,
  square: (x, y, half) => Math.abs(x) <= half && Math.abs(y) <= half,
  triangle: (x, y, half) => Math.abs(y) <= half && Math.abs(x) <= (y + half) / 2,
  cross: (x, y, half) =>
    Math.max(Math.abs(x), Math.abs(y)) <= half &&
    Math.min(Math.abs(x), Math.abs(y)) <= half * 0.355,
});
/** Left to right, top to bottom. */
const PLACES = [
  ["in the top left", "at the top", "in the top right"],
  ["at the left", "in the center", "at the right"],
  ["in the bottom left", "at the bottom", "in the bottom right"],
];
const FIRST_PLACE = 11;
const BETWEEN_PLACES = 21;

/** Pictures with one to three shapes each; the same ones for the same seed. */
export function gallery(seed: number, count: number): Picture[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => {
    const [ground, background] = pick(random, BACKGROUNDS);
    const places = shuffled(random, [0, 1, 2, 3, 4, 5, 6, 7, 8]).slice(0, 1 + random(3));
    const things = places.sort((a, b) => a - b).map((place) => thing(random, place));
    const words = things.map((each) => each.words);
    const last = words.pop() ?? "";
    const list = words.length === 0 ? last : `${words.join(", ")} and ${last}`;
    return {
      file: png(SIZE, SIZE, paint(background, things)),
      caption: `${list.charAt(0).toUpperCase()}${list.slice(1)}, on a ${ground} background.`,
    };
  });
}

function thing(random: (limit: number) => number, place: number): Thing {
  const row = Math.floor(place / 3);
  const column = place % 3;
  const [size, half] = pick(random, SIZES);
  const [colour, rgb] = pick(random, COLOURS);
  const [shape, inside] = pick(random, SHAPES);
  const middle = (index: number): number => FIRST_PLACE + BETWEEN_PLACES * index + random(3) - 1;
  const [left, top] = [middle(column), middle(row)];
  const vary = (value: number): number =>
    Math.min(255, Math.max(0, value + random(2 * JITTER + 1) - JITTER));
  return {
    words: `a ${size} ${colour} ${shape} ${PLACES[row]?.[column] ?? ""}`,
    colour: [vary(rgb[0]), vary(rgb[1]), vary(rgb[2])],
    contains: (x, y) => inside(x - left, y - top, half),
  };
}

function paint(background: Colour, things: readonly Thing[]): Uint8Array {
  const rgb = new Uint8Array(SIZE * SIZE * 3);
  for (let pixel = 0; pixel < SIZE * SIZE; ++pixel) {
    const sum = [0, 0, 0];
    for (let point = 0; point < POINTS * POINTS; ++point) {
      const x = (pixel % SIZE) + ((point % POINTS) + 0.5) / POINTS;
      const y = Math.floor(pixel / SIZE) + (Math.floor(point / POINTS) + 0.5) / POINTS;
      const colour = things.find(({ contains }) => contains(x, y))?.colour ?? background;
      for (const channel of [0, 1, 2]) sum[channel] = (sum[channel] ?? 0) + (colour[channel] ?? 0);
    }
    rgb.set(
      sum.map((value) => Math.round(value / (POINTS * POINTS))),
      pixel * 3,
    );
  }
  return rgb;
}

/** Of numbers below a limit. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function pick<Value>(random: (limit: number) => number, values: readonly Value[]): Value {
  return values[random(values.length)] as Value;
}

function shuffled<Value>(random: (limit: number) => number, values: readonly Value[]): Value[] {
  const result = [...values];
  for (let i = result.length - 1; i > 0; --i) {
    const other = random(i + 1);
    [result[i], result[other]] = [result[other] as Value, result[i] as Value];
  }
  return result;
}
