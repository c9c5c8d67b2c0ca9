/** Repairs JSON that a model wrote with faults: words or a code fence around it, trailing commas, unquoted names, missing brackets. Pure. */
import { jsonrepair } from 'jsonrepair';

/**
 * Longest text that is repaired, in UTF-16 units. The work of jsonrepair 3.15.0 grows with the square of the length: 65,536 characters take
 * at most 0.2 s, four times as many 26 s (measured on 2026-11-30 with missing commas and quotes).
 */
const MAX_REPAIRED_CHARACTERS = 2 ** 16;

/** Returns the JSON text of the object or list in a text; null where there is none, or it cannot be repaired. */
export function repairJson(text: string): string | null {
  if (text.length > MAX_REPAIRED_CHARACTERS) return null;
  const start = text.search(/[[{]/);
  if (start < 0) return null;
  const whole = text.slice(start);
  const bracketed = whole.slice(0, Math.max(whole.lastIndexOf('}'), whole.lastIndexOf(']')) + 1);
  if (isOf(bracketed, whole)) return bracketed;
  // With what follows the last bracket first: more of the object may be there.
  return repaired(whole.replace(/\s*```\s*$/, '')) ?? repaired(bracketed);
}

function repaired(text: string): string | null {
  try {
    const json = jsonrepair(text);
    // Words behind an object would make it one entry of a list.
    return isOf(json, text) ? json : null;
  } catch {
    return null; // it cannot be repaired, or is nested too deeply
  }
}

/** True for JSON of the kind that another text begins: an object or a list. */
function isOf(json: string, text: string): boolean {
  if (json.charAt(0) !== text.charAt(0)) return false;
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
