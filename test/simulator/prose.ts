// Deterministic words: a seeded random, the river sentences, and the cut of a text into token-like pieces.
// Pure; knows no request and no system.

/** A number in [0, 1), different at every call, the same sequence for the same key. */
export type Random = () => number;

/** FNV-1a over UTF-16 units: the same number for the same text, everywhere. */
export function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let position = 0; position < text.length; position += 1) {
    state = Math.imul(state ^ text.charCodeAt(position), 0x01000193);
  }
  return state >>> 0;
}

/** Mulberry32, seeded by a text. */
export function createRandom(key: string): Random {
  let state = hash(key);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws one of the choices, which must not be empty. */
export function pick<Choice>(choices: readonly [Choice, ...Choice[]], random: Random): Choice {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

const sentences = [
  'The river router reads every request before it lets go.',
  'Each tributary carries its own water at its own pace.',
  'A good bend never loses a single drop on the way.',
  'Where one channel runs dry another one takes over quietly.',
  'Small streams meet below the mill and leave as one.',
  'The gauge by the bridge counts what truly went past.',
  'Nobody upstream hears how the sea receives the flood.',
  'Stones in the bed are reported and then flowed around.',
  'A lock keeper opens the gate only when there is room.',
  'Fog hides the far bank but not the sound of water.',
] as const;

/** Three sentences. Neighbouring turns, and neighbouring seeds, always begin with different ones. */
export function tellRiverStory(key: string, seed: number, turn: number): string {
  const random = createRandom(`${key}|${seed}|${turn}`);
  const start = (hash(key) + (Math.abs(seed) % 1000) * 7 + turn * 3) % sentences.length;
  const opening = sentences[start] ?? sentences[0];
  return [opening, pick(sentences, random), pick(sentences, random)].join(' ');
}

/** Cuts a text into token-like pieces that join back to it. No piece splits a surrogate pair. */
export function splitPieces(text: string): string[] {
  return text.match(/\s*\S{1,12}|\s+$/gu) ?? [];
}

/** How many words a text has: the simulator's count of prompt tokens. */
export function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}
