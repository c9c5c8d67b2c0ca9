/** Reads `logprobsResult`: two parallel lists, the chosen tokens and the likeliest ones per position (@google/genai 2.32.0, read 2026-11-20). */
import type { TokenLogprob, TopLogprob } from '../../unified/response/event.ts';
import { scalarText } from '../../lib/exact-json.ts';
import { arrayOf, numberOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';

/** Returns the tokens; undefined when there are none. */
export function readLogprobs(result: unknown): TokenLogprob[] | undefined {
  if (!isObject(result)) return undefined;
  const tops = arrayOf(result.topCandidates);
  const tokens = arrayOf(result.chosenCandidates).map((chosen, position): TokenLogprob => {
    const { token, logProbability } = isObject(chosen) ? chosen : {};
    const top = tops[position];
    return {
      token: scalarText(token) ?? '',
      logprob: numberOf(logProbability),
      bytes: null,
      top: isObject(top) ? arrayOf(top.candidates).filter(isObject).map(toTop) : [],
    };
  });
  return tokens.length > 0 ? tokens : undefined;
}

function toTop({ token, logProbability }: WireObject): TopLogprob {
  // -9999 is OpenAI's value for a probability that is too small.
  return { token: scalarText(token) ?? '', logprob: numberOf(logProbability) ?? -9999, bytes: null };
}
