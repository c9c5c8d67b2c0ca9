/** Detects how much of an answer repeats the prompt (`echo`). As soon as the text differs, the rest is the answer. */

/** Returns how many of the first characters of the next piece repeat the prompt. */
export type EchoFollower = (piece: string) => number;

export function createEchoFollower(prompt: string): EchoFollower {
  let followed = 0;
  let isOver = prompt === '';
  return (piece) => {
    if (isOver) return 0;
    const length = Math.min(piece.length, prompt.length - followed);
    let same = 0;
    while (same < length && piece.charCodeAt(same) === prompt.charCodeAt(followed + same)) same++;
    followed += same;
    isOver = same < length || followed === prompt.length;
    return same;
  };
}
