/** Writes a number with its noun: `1 model`, `2 models`. */
export const counted = (count: number, noun: string): string => `${count} ${count === 1 ? noun : `${noun}s`}`;
