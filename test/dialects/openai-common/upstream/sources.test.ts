/** Sources that a searching host names beside its choices. */
import { describe, expect, it } from 'vitest';
import { isPart } from '../../../../src/unified/response/event.ts';
import { openaiChatUpstream } from '../../../../src/dialects/openai-chat/upstream/index.ts';
import { replayBody, replayEvents } from '../../replay.ts';

const URLS = ['https://a.example/', 'https://b.example/'];
const RESULTS = URLS.map((url, index) => ({ title: `Page ${index}`, url, date: '2026-01-01', snippet: `text ${index}` }));
const cited = (url: string, more = {}) => ({ type: 'url_citation', url_citation: { url, ...more } });
const TITLED = RESULTS.map(({ url, title, snippet }) => cited(url, { title, content: snippet }));
const chunk = (more: object, content = 'a', finish: string | null = null) => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
  ...more,
});

describe('sources', () => {
  it('are reported once, with their titles, however often they come', () => {
    const about = { citations: URLS, search_results: RESULTS };
    const { result, events } = replayEvents(openaiChatUpstream, [chunk(about), chunk(about), chunk(about, 'b', 'stop'), '[DONE]']);
    expect(events.flatMap((event) => (isPart(event) ? [[event.type, event.isJoined]] : []))).toEqual([
      ['citation', undefined],
      ['native', true],
    ]);
    expect(result.choices[0]?.extra).toEqual({ annotations: TITLED, search_results: RESULTS });
  });

  it('that come later are added', () => {
    const payloads = [
      chunk({ citations: URLS.slice(0, 1) }),
      chunk({ citations: URLS }),
      chunk({ citations: URLS, search_results: RESULTS }, 'b', 'stop'),
    ];
    expect(replayEvents(openaiChatUpstream, payloads).result.choices[0]?.extra).toEqual({
      annotations: URLS.map((url) => cited(url)),
      search_results: RESULTS,
    });
  });

  it('of a whole answer keep their titles; those of another provider have links', () => {
    const body = { choices: [{ message: { content: 'a' }, finish_reason: 'stop' }], related_questions: ['Why?'] };
    expect(replayBody(openaiChatUpstream, { ...body, search_results: RESULTS }).result.choices[0]?.extra).toEqual({
      annotations: TITLED,
      search_results: RESULTS,
      related_questions: ['Why?'],
    });
    const web = [{ title: 'Page', link: URLS[0], content: 'text', icon: 'i' }];
    expect(replayBody(openaiChatUpstream, { ...body, web_search: web }).result.choices[0]?.extra).toMatchObject({
      annotations: [cited(String(URLS[0]), { title: 'Page', content: 'text' })],
      web_search: web,
    });
  });

  it.each([null, 'x', 7, {}, [null, 7, {}], [{ url: 7 }]])('of an odd shape (%j) cite nothing', (odd) => {
    const { result, error } = replayEvents(openaiChatUpstream, [chunk({ citations: odd, search_results: odd }, 'a', 'stop')]);
    expect(error).toBeNull();
    expect(result.choices[0]?.extra['annotations']).toBeUndefined();
  });
});
