/**
 * Estimates the tokens of files: images by their pixels, documents by their pages, sound and films by their length. Formulas as documented
 * by Anthropic (platform.claude.com, Vision and PDF support), OpenAI (Images and vision) and Google (ai.google.dev, Tokens), read 2026-11-30.
 */
import { countTokens } from '../../lib/count-tokens.ts';
import { readImageSize, type ImageSize } from '../../lib/image-size.ts';
import type { MediaSource } from '../request/media.ts';
import type { ModelFamily } from './model-family.ts';

/** Stands for the size of an image that is not in the request. */
const ASSUMED_SIZE: ImageSize = { width: 1536, height: 1536 };

const IMAGE_TOKENS: Readonly<Record<ModelFamily, (size: ImageSize) => number>> = {
  // A longer edge than 1,568 pixels is scaled down, and an image has at most about 1,600 tokens.
  claude({ width, height }) {
    const scale = Math.min(1, 1568 / Math.max(width, height));
    return Math.min(1600, Math.ceil((width * height * scale * scale) / 750));
  },
  // Small images are one tile, others tiles of 768 pixels.
  gemini: ({ width, height }) => 258 * (Math.max(width, height) <= 384 ? 1 : Math.ceil(width / 768) * Math.ceil(height / 768)),
  // Scaled into a square of 2,048 pixels, then until the shorter side has 768; tiles of 512 pixels.
  other({ width, height }) {
    const scale = Math.min(1, 2048 / Math.max(width, height), 768 / Math.min(width, height));
    return 85 + 170 * Math.ceil((width * scale) / 512) * Math.ceil((height * scale) / 512);
  },
};

/** OpenAI's `detail: "low"`. */
const LOW_DETAIL_TOKENS = 85;

/** Tokens of an image. @param detail OpenAI's `detail`; null = not stated. */
export function imageTokens(source: MediaSource, detail: string | null, family: ModelFamily): number {
  if (family === 'other' && detail === 'low') return LOW_DETAIL_TOKENS;
  const size = source.kind === 'bytes' ? readImageSize(source.base64) : null;
  return IMAGE_TOKENS[family](size === null || size.width === 0 || size.height === 0 ? ASSUMED_SIZE : size);
}

/** Tokens of a page. Claude and OpenAI's models read its text (1,500 to 3,000 tokens) and a picture of it; Gemini one picture. */
const PAGE_TOKENS: Readonly<Record<ModelFamily, number>> = { claude: 3000, gemini: 258, other: 2000 };

/** Bytes of a page in a document whose pages cannot be counted. */
const PAGE_BYTES = 50_000;

/** Most characters of base64 that are decoded of a document. */
const MAX_DECODED = 4 * 2 ** 20;

/** Tokens of a document; of one that is not in the request, those of a page. */
export function documentTokens(source: MediaSource, family: ModelFamily): number {
  if (source.kind === 'url') return PAGE_TOKENS[family];
  const bytes = Math.floor((source.base64.length * 3) / 4);
  const text = decoded(source.base64);
  if (!/^text\/|json|xml/.test(source.mediaType)) return pagesOf(text, bytes) * PAGE_TOKENS[family];
  return Math.ceil(countTokens(text) * (text.length === 0 ? 1 : Math.max(1, bytes / text.length)));
}

/** The bytes at the beginning of a file, one a character; empty for text that is no base64. */
function decoded(base64: string): string {
  try {
    return atob(base64.slice(0, MAX_DECODED));
  } catch {
    return '';
  }
}

/** The pages of a PDF: its page objects, else what its page tree states, else by its size. */
function pagesOf(text: string, bytes: number): number {
  const most = Math.ceil(bytes / 100); // no page is smaller
  const objects = text.match(/\/Type\s*\/Page(?![a-zA-Z])/g)?.length ?? 0;
  const stated = [...text.matchAll(/\/Count\s+(\d{1,6})\b/g)].reduce((highest, [, count]) => Math.max(highest, Number(count)), 0);
  return Math.max(1, Math.min(most, objects || stated || Math.ceil(bytes / PAGE_BYTES)));
}

/** Tokens of a second of sound and of film (Google; OpenAI's count fewer). */
const TOKENS_PER_SECOND = { audio: 32, video: 263 };

/** Bytes of a second: 128 kbit/s of compressed sound, 1 Mbit/s of film. */
const BYTES_PER_SECOND = { audio: 16_000, video: 125_000 };

/** Stands for the length of a file that is not in the request. */
const ASSUMED_SECONDS = 60;

/** Tokens of sound or film. @param base64 null = it is not in the request. */
export function timedTokens(kind: 'audio' | 'video', base64: string | null): number {
  const bytes = base64 === null ? null : Math.floor((base64.length * 3) / 4);
  const seconds = bytes === null ? ASSUMED_SECONDS : bytes / (wavBytesPerSecond(base64 ?? '') ?? BYTES_PER_SECOND[kind]);
  return Math.ceil(seconds * TOKENS_PER_SECOND[kind]);
}

/** What the header of a WAV file states; null for another file. */
function wavBytesPerSecond(base64: string): number | null {
  const head = decoded(base64.slice(0, 64));
  if (!head.startsWith('RIFF') || head.slice(8, 12) !== 'WAVE') return null;
  return [28, 29, 30, 31].reduce((rate, at, place) => rate + head.charCodeAt(at) * 256 ** place, 0) || null;
}
