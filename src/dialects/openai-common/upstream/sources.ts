/**
 * Reads the sources that a searching provider sends next to its choices, as OpenRouter's annotations. Perplexity repeats
 * `citations` (URLs) and `search_results` (`{title, url, date, snippet}`) in every chunk, xAI sends `citations` with the last one, Z.ai
 * `web_search` (`{title, link, content}`): each entry is reported once (API references, read 2026-11-20).
 */
import { sizeOf, type AnswerBudget } from '../../../unified/response/answer-budget.ts';
import { arrayOf, isObject, textOf, type JsonObject } from '../../../lib/json.ts';

/** Reads the sources of a chunk that have not been returned; null = there are none. */
export type SourceReader = (chunk: JsonObject) => JsonObject | null;

/** Lists that are sent complete each time, and grow. */
const LISTS = ['citations', 'search_results', 'web_search', 'related_questions'] as const;

/** @param budget of the answer, which known URLs take from. */
export function createSourceReader(budget?: AnswerBudget): SourceReader {
  const cited = new Set<string>();
  const counts = new Map<string, number>();

  /** The entries of a list that came beyond those known. */
  function fresh(chunk: JsonObject, name: string): readonly unknown[] {
    const list = arrayOf(chunk[name]);
    const known = counts.get(name) ?? 0;
    if (list.length <= known) return [];
    counts.set(name, list.length);
    return list.slice(known);
  }

  function cite(entry: unknown): JsonObject[] {
    const { url, title, text } = isObject(entry) ? readSource(entry) : { url: textOf(entry), title: null, text: null };
    if (url === null || cited.has(url)) return [];
    budget?.take(sizeOf(url));
    cited.add(url);
    const citation = { url, ...(title === null ? {} : { title }), ...(text === null ? {} : { content: text }) };
    return [{ type: 'url_citation', url_citation: citation }];
  }

  return (chunk) => {
    if (LISTS.every((name) => !Array.isArray(chunk[name]))) return null;
    const [citations, results, pages, questions] = LISTS.map((name) => fresh(chunk, name)) as [unknown[], unknown[], unknown[], unknown[]];
    // The list with titles first: a URL is returned once.
    const annotations = [...results, ...pages, ...citations].flatMap(cite);
    const fields: JsonObject = {
      ...(annotations.length === 0 ? {} : { annotations }),
      ...(results.length === 0 ? {} : { search_results: results }),
      ...(pages.length === 0 ? {} : { web_search: pages }),
      ...(questions.length === 0 ? {} : { related_questions: questions }),
    };
    return Object.keys(fields).length === 0 ? null : fields;
  };
}

const readSource = ({ url, link, title, snippet, content }: JsonObject) => ({
  url: textOf(url) ?? textOf(link),
  title: textOf(title),
  text: textOf(snippet) ?? textOf(content),
});
