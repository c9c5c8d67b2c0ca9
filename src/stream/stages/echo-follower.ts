/** Follows a prompt that an upstream repeats, for as long as it does; one that repeats none, or another text, is answering already. */

/** How many of the first characters of the next piece repeat the prompt. */
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
