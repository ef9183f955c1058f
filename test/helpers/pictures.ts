/** Pictures that test/fixtures/images/make.py makes as well. */
export type PictureName = readonly [kind: string, width: number, height: number];

export function pictureNamed([kind, width, height]: PictureName): {
  width: number;
  height: number;
  rgb: Uint8Array;
} {
  const rgb = new Uint8Array(width * height * 3);
  const byte = kind === "noise" ? noise : scene;
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let c = 0; c < 3; c += 1) rgb[at++] = byte(x, y, c, width, height);
    }
  }
  return { width, height, rgb };
}

function noise(x: number, y: number, c: number): number {
  // Products of 32 bits are all that the byte depends on.
  const mixed = Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(c, 83492791);
  return Math.imul(mixed, 2654435761) >>> 24;
}

function scene(x: number, y: number, c: number, width: number, height: number): number {
  if (c === 0) return Math.trunc((x * 255) / width);
  if (c === 1) return Math.trunc((y * 255) / height);
  return (Math.trunc(x / 8) + Math.trunc(y / 8)) % 2 === 0 ? 255 : 0;
}
