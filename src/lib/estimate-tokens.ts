/**
 * Estimates the tokens of a text from its words, without a tokenizer. Good to about ten percent on prose.
 *
 * The numbers and patterns are those of tokenx 2.2.0 (MIT, THIRD-PARTY-NOTICES.md), to which `test/lib/estimate-tokens.test.ts` holds it. Its
 * letters are written as escapes here: one character beyond Latin-1 in the Worker makes V8 keep and read all of its source with two bytes for
 * each character, which takes 5 ms of each start (measured 2026-12-01).
 */

const CHARACTERS_PER_TOKEN = 7;
const PUNCTUATION_PER_TOKEN = 6;
const DIGITS_PER_TOKEN = 3;
/** Longest text, in UTF-16 units, that is one token whatever it is; and in lower-case letters. */
const [ONE_TOKEN, ONE_LOWERCASE_TOKEN] = [3, 8];

const BLANK = /^\s+$/;
const INDENTATION = /\n\s/;
const NON_ASCII = /[\u0080-\uFFFF]/;
const DIGITS = /^\d+$/;
const LOWERCASE = /^[a-z]+$/;
const PUNCTUATION = /[.,!?;(){}[\]<>:/\\|@#$%^&*+=`~_"-]/;
const CJK =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u3000-\u30FF\uFF00-\uFFEF\u2E80-\u2EFF\u31C0-\u31EF\u3200-\u32FF\u3300-\u33FF\uAC00-\uD7AF\u1100-\u11FF\u3130-\u318F\uA960-\uA97F\uD7B0-\uD7FF]/;
const CJK_PUNCTUATION = /[\u3001-\u3003\u3008-\u3011\u3014-\u301F\u3030\u30FB\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65]/;

/** Splits a text into words and what is between them. */
const SPLIT = new RegExp(`(\\s+|${PUNCTUATION.source}+|${CJK_PUNCTUATION.source}+)`);

/** Characters per token of a word, by a letter in it: the first pattern that matches counts. */
const LETTERS: readonly (readonly [RegExp, number])[] = [
  [/[\xe4\xf6\xfc\xdf\u1e9e]/i, 3], // German
  [/[\xe9\xe8\xea\xeb\xe0\xe2\xee\xef\xf4\xfb\xf9\xfc\xff\xe7\u0153\xe6\xe1\xed\xf3\xfa\xf1]/i, 4.5], // French, Spanish
  [/[\u0105\u0107\u0119\u0142\u0144\xf3\u015b\u017a\u017c\u011b\u0161\u010d\u0159\u017e\xfd\u016f\xfa\u010f\u0165\u0148]/i, 2.5], // Polish, Czech
  [/[\u0430-\u044F\u0451]/i, 6], // Cyrillic
  [/[\u03AC-\u03CE]/i, 3], // Greek
  [/^\p{Extended_Pictographic}[\p{Extended_Pictographic}\p{Emoji_Component}]*$/u, 0.9],
];

/** Returns the number of tokens of a text. */
export function estimateTokens(text: string): number {
  const parts = text.split(SPLIT);
  let [tokens, previous] = [0, ''];
  for (let at = 0; at < parts.length; at++) {
    let part = parts[at] ?? '';
    // Punctuation of Chinese, Japanese and Korean is counted with the word before it.
    if (CJK_PUNCTUATION.test(parts[at + 1] ?? '') && CJK.test(part)) part += parts[++at] ?? '';
    if (part === '') continue;
    tokens += BLANK.test(part) ? tokensOfBlank(part, previous.slice(-1)) : tokensOfWord(part);
    previous = part;
  }
  return tokens;
}

/** A blank is a token where it is an indentation, or a line break that does not follow punctuation. */
function tokensOfBlank(blank: string, before: string): number {
  if (INDENTATION.test(blank)) return 1;
  if (!blank.includes('\n')) return 0;
  return PUNCTUATION.test(before) || CJK_PUNCTUATION.test(before) ? 0 : 1;
}

function tokensOfWord(word: string): number {
  if (CJK.test(word)) return tokensOfCjk(word);
  const letters = NON_ASCII.test(word) ? LETTERS.find(([pattern]) => pattern.test(word)) : undefined;
  if (letters !== undefined) return Math.ceil(Array.from(word).length / letters[1]);
  if (DIGITS.test(word)) return Math.ceil(word.length / DIGITS_PER_TOKEN);
  if (word.length <= ONE_TOKEN || (word.length <= ONE_LOWERCASE_TOKEN && LOWERCASE.test(word))) return 1;
  return Math.ceil(word.length / (PUNCTUATION.test(word) ? PUNCTUATION_PER_TOKEN : CHARACTERS_PER_TOKEN));
}

const KANA = /[\u3040-\u30FF]/;
const HANGUL = /[\uAC00-\uD7AF\u1100-\u11FF\u3130-\u318F\uA960-\uA97F\uD7B0-\uD7FF]/;

function tokensOfCjk(word: string): number {
  let [kana, hangul, hanzi] = [0, 0, 0];
  for (const character of word) {
    if (KANA.test(character)) kana++;
    else if (HANGUL.test(character)) hangul++;
    else hanzi++;
  }
  return Math.ceil(hanzi / 1.2 + kana / 1.35 + hangul / 1.65);
}
