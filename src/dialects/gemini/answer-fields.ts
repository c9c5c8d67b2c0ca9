/**
 * What stands beside the text of an answer: the pages that it rests on, as OpenRouter's annotations, and what has no place in an answer of
 * its form (generativelanguage v1beta protos, Part, Candidate, GroundingMetadata; read 2026-11-20).
 */
import { sizeOf, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { Unplaced } from '../openai-common/upstream/answer-fields.ts';

const OWN_TOOLS = 'what the tools of the provider itself did has no place in an answer';

const FOREIGN = 'sources are told in a form of the provider';

/** Of a part. */
export const UNPLACED_OF_PART: Unplaced = {
  executableCode: OWN_TOOLS,
  codeExecutionResult: OWN_TOOLS,
  toolCall: OWN_TOOLS,
  toolResponse: OWN_TOOLS,
  functionResponse: OWN_TOOLS,
  fileData: 'files that lie at the provider cannot be reached by a client of the router',
};

/** Of a candidate. Safety ratings, counts and average probabilities are the provider's own bookkeeping. */
export const UNPLACED_OF_CANDIDATE: Unplaced = {
  citationMetadata: FOREIGN,
  groundingAttributions: FOREIGN,
  urlContextMetadata: OWN_TOOLS,
};

/** Of the metadata of what an answer rests on. The queries are counted as searches, and `retrievalMetadata` is the provider's bookkeeping. */
export const UNPLACED_OF_GROUNDING: Unplaced = {
  groundingSupports: FOREIGN,
  searchEntryPoint: 'a web page has no place in an answer',
  googleMapsWidgetContextToken: 'a web page has no place in an answer',
};

/** The annotations of the pages that have not been told. */
export type Grounding = (metadata: unknown) => WireObject[];

/** @param budget of the answer, which known pages take from. */
export function createGrounding(budget?: AnswerBudget): Grounding {
  const cited = new Set<string>();
  return (metadata) => {
    if (!isObject(metadata)) return [];
    return arrayOf(metadata.groundingChunks).flatMap((chunk) => {
      const page = isObject(chunk) ? [chunk.web, chunk.maps, chunk.retrievedContext].find(isObject) : undefined;
      const [url, title] = [textOf(page?.uri), textOf(page?.title)];
      if (url === null || cited.has(url)) return [];
      budget?.take(sizeOf(url));
      cited.add(url);
      return [{ type: 'url_citation', url_citation: { url, ...(title === null ? {} : { title }) } }];
    });
  };
}
