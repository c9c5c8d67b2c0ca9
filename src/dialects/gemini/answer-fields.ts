/**
 * Reads fields next to the text of an answer: grounding pages, as OpenRouter's annotations, and fields without an equivalent
 * (generativelanguage v1beta protos, Part, Candidate, GroundingMetadata; read 2026-11-20).
 */
import { sizeOf, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { UnplacedFields } from '../openai-common/upstream/answer-fields.ts';

const OWN_TOOLS = 'what the tools of the provider itself did has no place in an answer';

const FOREIGN = 'sources are returned in a form of the provider';

/** Fields of a part without an equivalent. */
export const UNPLACED_OF_PART: UnplacedFields = {
  executableCode: OWN_TOOLS,
  codeExecutionResult: OWN_TOOLS,
  toolCall: OWN_TOOLS,
  toolResponse: OWN_TOOLS,
  functionResponse: OWN_TOOLS,
  fileData: 'files that lie at the provider cannot be reached by a client of the router',
};

/** Fields of a candidate without an equivalent. Safety ratings, counts and average probabilities are ignored. */
export const UNPLACED_OF_CANDIDATE: UnplacedFields = {
  citationMetadata: FOREIGN,
  groundingAttributions: FOREIGN,
  urlContextMetadata: OWN_TOOLS,
};

/** Fields of grounding metadata without an equivalent. Queries are counted as searches; `retrievalMetadata` is ignored. */
export const UNPLACED_OF_GROUNDING: UnplacedFields = {
  groundingSupports: FOREIGN,
  searchEntryPoint: 'a web page has no place in an answer',
  googleMapsWidgetContextToken: 'a web page has no place in an answer',
};

/** Returns annotations of the pages that were not reported before. */
export type Grounding = (metadata: unknown) => WireObject[];

/** @param budget memory budget of the answer, for known pages. */
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
