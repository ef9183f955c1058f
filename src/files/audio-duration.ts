/** Kilobits per second of layer 3: of MPEG 1, and of MPEG 2 and 2.5. */
const MP3_BIT_RATES: readonly (readonly number[])[] = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
/** Of MPEG 1; half of them are of MPEG 2, a quarter of MPEG 2.5. */
const MP3_SAMPLE_RATES = [44_100, 48_000, 32_000];
/** Where encoders put what they know of the whole, within the first frame. */
const MP3_HEADER_BYTES = 64;
/** Ahead of the samples; a hostile file has millions of empty ones. */
const MAX_WAV_CHUNKS = 4096;

/**
 * How long a sound is, in seconds, from its header: exactly for WAV and FLAC, about for MP3.
 * undefined where the header does not say it.
 */
export function audioDuration(bytes: Uint8Array, type: string): number | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case "audio/wav":
      return wavDuration(view);
    case "audio/flac":
      return flacDuration(view);
    case "audio/mpeg":
      return mp3Duration(view);
    default:
      return undefined;
  }
}

function wavDuration(view: Buffer): number | undefined {
  let rate = 0;
  let at = 12;
  for (let chunk = 0; chunk < MAX_WAV_CHUNKS && at + 8 <= view.length; chunk++) {
    const id = view.toString("latin1", at, at + 4);
    const size = view.readUInt32LE(at + 4);
    if (id === "fmt " && at + 20 <= view.length) rate = view.readUInt32LE(at + 16);
    // Recorders that were cut off leave a size of 0, or of all ones.
    if (id === "data") {
      const rest = view.length - at - 8;
      const length = size === 0 ? rest : Math.min(size, rest);
      return rate > 0 ? length / rate : undefined;
    }
    at += 8 + size + (size % 2);
  }
  return undefined;
}

function flacDuration(view: Buffer): number | undefined {
  // The first block is the stream's, behind "fLaC" and its own head of four bytes.
  if (view.length < 26) return undefined;
  const rate = view.readUIntBE(18, 3) >>> 4;
  const samples = ((view[21] ?? 0) & 0x0f) * 2 ** 32 + view.readUInt32BE(22);
  return rate > 0 && samples > 0 ? samples / rate : undefined;
}

/** By the number of frames, where the first one tells it; else as if all had its bit rate. */
function mp3Duration(view: Buffer): number | undefined {
  let at = 0;
  if (view.toString("latin1", 0, 3) === "ID3" && view.length > 10) {
    at = 10 + view.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0);
  }
  const end = Math.min(at + 64 * 1024, view.length - 4);
  for (; at < end; at++) {
    const [first = 0, second = 0, third = 0] = view.subarray(at, at + 3);
    if (first !== 0xff || (second & 0xe6) !== 0xe2) continue;
    const isFirstVersion = (second & 0x18) === 0x18;
    const bitRate = MP3_BIT_RATES[isFirstVersion ? 0 : 1]?.[third >> 4] ?? 0;
    const fullRate = MP3_SAMPLE_RATES[(third >> 2) & 3];
    if (bitRate === 0 || fullRate === undefined) continue;
    const divisor = isFirstVersion ? 1 : (second & 0x18) === 0x10 ? 2 : 4;
    const frameSeconds = ((isFirstVersion ? 1152 : 576) * divisor) / fullRate;
    const frames = frameCount(view.subarray(at, at + MP3_HEADER_BYTES));
    if (frames !== undefined) return frames * frameSeconds;
    return ((view.length - at) * 8) / (bitRate * 1000);
  }
  return undefined;
}

function frameCount(frame: Buffer): number | undefined {
  const at = Math.max(frame.indexOf("Xing"), frame.indexOf("Info"));
  if (at === -1 || at + 12 > frame.length || (frame.readUInt32BE(at + 4) & 1) === 0)
    return undefined;
  return frame.readUInt32BE(at + 8);
}
