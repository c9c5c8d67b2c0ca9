/** Marks of the routers that a request has passed. */
import { describe, expect, it } from 'vitest';
import { loopHeaders, LOOP_HEADERS, readHops } from '../../src/upstream/loop.ts';

const reading = (value: string, name = 'cdn-loop') => readHops(new Headers({ [name]: value }));

describe('readHops', () => {
  it('reads what loopHeaders writes, of either header alone, hop after hop', () => {
    for (const name of LOOP_HEADERS) {
      let hops = readHops(new Headers());
      for (const provider of ['openrouter', 'my-host', 'openrouter']) {
        hops = readHops(new Headers({ [name]: loopHeaders(hops, provider)[name] ?? '' }));
      }
      expect(hops).toEqual(['openrouter', 'my-host', 'openrouter']);
    }
  });

  it.each([
    ['', []],
    ['cloudflare; loops=1; subreqs=1', []],
    ['tributary', ['']],
    ['Tributary ;via=GROQ, fastly', ['groq']],
    ['a, tributary; via=groq; x="y", cloudflare; loops=1', ['groq']],
    ['tributary; x=1', ['']],
    ['tributary; via="../../etc"', ['']],
    ['tributary2, my-tributary, tributary.example', []],
    [`tributary; via=${'x'.repeat(65)}`, ['']],
    [',,, ;;; =', []],
  ])('reads %j', (value, hops) => {
    expect(reading(value)).toEqual(hops);
  });

  it('uses the longer list when a proxy has shortened one', () => {
    expect(readHops(new Headers({ 'cdn-loop': 'cloudflare', 'x-tributary-loop': 'tributary; via=groq' }))).toEqual(['groq']);
  });

  it('rejects a request after more than three routers, names the variables, and is not retryable', () => {
    const list = 'tributary; via=openrouter, tributary; via=my-host, tributary; via=openrouter';
    expect(reading(list)).toHaveLength(3);
    const refused = { type: 'loop_detected', status: 508, retryable: false, meaning: 'loop' };
    for (const name of LOOP_HEADERS) {
      const read = () => reading(`${list}, tributary`, name);
      expect(read).toThrow(expect.objectContaining(refused));
      expect(read).toThrow('Check OPENROUTER_BASE_URL and MY_HOST_BASE_URL.');
    }
    expect(() => reading('tributary,tributary,tributary,tributary')).toThrow('<PROVIDER>_BASE_URL');
  });

  it('keeps an error short, however long the list is', () => {
    const slugs = Array.from({ length: 5000 }, (_, index) => `tributary; via=p${index}`).join(',');
    expect(() => reading(slugs)).toThrow(/^.{1,400}$/);
  });
});

describe('loopHeaders', () => {
  it('passes on only our own marks', () => {
    expect(loopHeaders(reading('cloudflare; loops=99, tributary; via=groq; evil="a,b"'), 'openai')).toEqual({
      'cdn-loop': 'tributary; via=groq, tributary; via=openai',
      'x-tributary-loop': 'tributary; via=groq, tributary; via=openai',
    });
  });
});
