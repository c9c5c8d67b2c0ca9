/** Globs: patterns in which `*` stands for any characters, also for none. */

/** True where a pattern covers a whole text, in any case of letters. Its work grows with the length of both. */
export function matchesGlob(pattern: string, text: string): boolean {
  const whole = text.toLowerCase();
  const [head = '', ...pieces] = pattern.toLowerCase().split('*');
  const tail = pieces.pop();
  if (tail === undefined) return head === whole;
  if (!whole.startsWith(head)) return false;
  let end = head.length;
  for (const piece of pieces) {
    const start = whole.indexOf(piece, end);
    if (start < 0) return false;
    end = start + piece.length;
  }
  return whole.length - end >= tail.length && whole.endsWith(tail);
}
