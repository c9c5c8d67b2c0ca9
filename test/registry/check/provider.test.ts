/** Everything else in a provider file that can have no effect, or not the one it looks like. */
import { describe, expect, it } from 'vitest';
import { file, model, problemsOf } from './provider-file.ts';

const chat = (more: object) => file({ operations: { chat: { dialect: 'openai-chat', ...more } } });
const completions = (more: object) => file({ operations: { completions: { dialect: 'openai-completions', ...more } } });
const embeddings = (more: object) => file({ operations: { embeddings: { dialect: 'openai-embeddings', ...more } } });
const alternatives = (...all: object[]) => file({ operations: { chat: all.map((one) => ({ dialect: 'openai-chat', ...one })) } });

describe('provider file check: a file with something that never applies', () => {
  it.each<readonly [what: string, content: object, problem: RegExp]>([
    [
      'a base URL with the whole path',
      file({ baseUrl: 'https://m.example/v1/chat/completions' }),
      /^baseUrl: ends in \/chat\/completions, which/,
    ],
    ['and a slash', file({ baseUrl: 'https://m.example/v1/chat/completions/' }), /^baseUrl: ends in \/chat\/completions/],
    ['a base URL with half the path', file({ baseUrl: 'https://m.example/v1/chat' }), /^baseUrl: ends in \/chat, which/],
    [
      'a base URL with a path of its own',
      { ...chat({ path: '/v2/talk' }), baseUrl: 'https://m.example/v2' },
      /^baseUrl: ends in \/v2, which/,
    ],
    [
      'a base URL with the path of models',
      file({ baseUrl: 'https://m.example/v1', modelsPath: '/v1/models' }),
      /^baseUrl: ends in \/v1, which/,
    ],
    ['a base URL with a query', file({ baseUrl: 'https://m.example/v1?key=1' }), /^baseUrl: has a "\?"/],
    ['a base URL with a fragment', file({ baseUrl: 'https://m.example/v1#x' }), /^baseUrl: has a "#"/],
    ['a base URL with a password', file({ baseUrl: 'https://u:p@m.example/v1' }), /^baseUrl: has a user or a password/],
    ['a base URL that is none', file({ baseUrl: 'https://m example' }), /^baseUrl: expected an http or https address/],
    [
      'a variable that is not declared',
      file({ baseUrl: 'https://{MY_REGION}.example/v1' }),
      /^baseUrl: \{MY_REGION\} is not declared in "variables"/,
    ],
    [
      'a variable in another spelling',
      file({ baseUrl: 'https://{MY_REGON}.example/v1', variables: { MY_REGION: { about: 'x' } } }),
      /^baseUrl: \{MY_REGON\} is not declared.*Did you mean "MY_REGION"/,
    ],
    ['a variable of a path', chat({ path: '/{DEPLOYMENT}/chat' }), /^operations\.chat\.path: \{DEPLOYMENT\} is not declared/],
    ['a placeholder in another spelling', chat({ path: '/{modle}/chat' }), /^operations\.chat\.path: \{modle\}.*Did you mean "model"/],
    ['a model in the base URL', file({ baseUrl: 'https://m.example/{model}' }), /^baseUrl: \{model\} is not declared/],
    ['a variable that is never used', file({ variables: { MY_REGION: { about: 'x' } } }), /^variables\.MY_REGION: is never used/],
    ['the variable of the address', file({ variables: { MINE_BASE_URL: { about: 'x' } } }), /^variables\.MINE_BASE_URL: is what replaces/],
    ['a variable in a header', file({ headers: { 'x-region': '{MY_REGION}' } }), /^headers\.x-region: \{MY_REGION\} is not filled in here/],
    ['a variable in the path of models', file({ modelsPath: '/{MY_REGION}/models' }), /^modelsPath: \{MY_REGION\} is not filled in here/],
    ['a header that the key overwrites', file({ headers: { authorization: 'x' } }), /^headers\.authorization: is overwritten by the key/],
    ['and in an operation', chat({ headers: { authorization: 'x' } }), /^operations\.chat\.headers\.authorization: is overwritten/],
    ['a header of the platform', file({ headers: { host: 'x' } }), /^headers\.host: is written by the platform/],
    ['a header in capitals', file({ headers: { 'X-Thing': 'x' } }), /^headers\.X-Thing: expected the lower-case name of a header/],
    [
      'a header with a line break',
      file({ headers: { 'x-thing': 'a\nb' } }),
      /^headers\.x-thing: expected a text of visible ASCII characters/,
    ],
    [
      'a name of a key header',
      file({ auth: { scheme: 'header', header: 'X-Key' } }),
      /^auth\.header: expected the lower-case name of a header/,
    ],
    ['a way after none', file({ auth: [{ scheme: 'none' }, { scheme: 'bearer' }] }), /^auth\.1: is never used/],
    ['a way with the same key', file({ auth: [{ scheme: 'bearer' }, { scheme: 'header', header: 'x-key' }] }), /^auth\.1: is never used/],
    ['a key that is not sent', file({ auth: { scheme: 'none', secret: 'MINE_API_KEY' } }), /^auth\.secret: has no effect/],
    ['an address as a key', file({ auth: { scheme: 'bearer', secret: 'MINE_BASE_URL' } }), /^auth\.secret: is the variable of the address/],
    ['a deadline after the last', file({ timeouts: { idleMs: 20, totalMs: 10 } }), /^timeouts\.idleMs: never passes: totalMs is only 10/],
    ['a template of chat', chat({ template: 'chatml' }), /^operations\.chat\.template: has no effect on chat/],
    ['a template in another spelling', completions({ template: 'chat-ml' }), /^operations\.completions\.template: .*Did you mean "chatml"/],
    ['roles of completions', completions({ roles: { developer: 'system' } }), /^operations\.completions\.roles: has no effect/],
    ['inputs of chat', chat({ maxInputs: 3 }), /^operations\.chat\.maxInputs: has no effect/],
    ['a stream of embeddings', embeddings({ streamPath: '/x' }), /^operations\.embeddings\.streamPath: has no effect/],
    [
      'a role that is none',
      chat({ roles: { developer: 'sytem' } }),
      /^operations\.chat\.roles\.developer: expected another role.*Did you mean "system"/,
    ],
    ['a role that stays', chat({ roles: { system: 'system' } }), /^operations\.chat\.roles\.system: expected another role/],
    ['a quirk of another format', chat({ quirks: ['no-prefill'] }), /^operations\.chat\.quirks\.0: has no effect: this dialect has /],
    ['a quirk in another spelling', chat({ quirks: ['only-stream'] }), /^operations\.chat\.quirks\.0: .*Did you mean "only-streams"/],
    [
      'a quirk removed from no operation',
      chat({ byModel: { b: { quirks: ['-only-streams'] } } }),
      /^operations\.chat\.byModel\.b\.quirks\.0: has no effect: no model/,
    ],
    [
      'a pattern in another spelling',
      { ...chat({ byModel: { 'Big-*': { quirks: ['only-streams'] } } }), models: [model({ id: 'big-1' })] },
      /^operations\.chat\.byModel\.Big-\*: matches no model.*Did you mean "big-1"/,
    ],
    [
      'a pattern of slugs',
      { ...chat({ byModel: { 'a/b': { quirks: ['only-streams'] } } }), models: [model()] },
      /^operations\.chat\.byModel\.a\/b: matches no model.*Did you mean "b"/,
    ],
    ['a pattern with a blank', chat({ byModel: { 'b ': {} } }), /^operations\.chat\.byModel\.b : begins or ends with a blank/],
    [
      'an exception for models served elsewhere',
      alternatives({ onlyModels: ['a*'], byModel: { 'b*': {} } }, {}),
      /byModel\.b\*: never applies/,
    ],
    [
      'models that an earlier alternative takes',
      alternatives({ onlyModels: ['a*'] }, { onlyModels: ['ab'] }),
      /chat\.1\.onlyModels\.0: never applies: .*"a\*"/,
    ],
    [
      'a model that no operation serves',
      { ...chat({ onlyModels: ['x'] }), models: [model()] },
      /^models\.0\.id: is served by no operation/,
    ],
    ['a model twice', file({ models: [model(), model({ id: 'c' })] }), /^models\.1\.slug: is offered twice/],
    [
      'an alias that is its own id',
      file({ models: [model({ id: 'c', aliases: ['d', 'c'] })] }),
      /^models\.0\.aliases\.1: is an id or an alias/,
    ],
    ...['bgi-large*', 'bg-large*', 'bigg-large*', 'bug-large*'].map(
      (pattern) =>
        [
          `a pattern with a slip: ${pattern}`,
          file({ ...chat({ byModel: { [pattern]: { parameters: { top_k: false } } } }), models: [model({ id: 'big-large-1' })] }),
          /matches no model.*Did you mean "big-large-1"/,
        ] as const,
    ),
    ['a model id twice', file({ models: [model(), model({ slug: 'a/z' })] }), /^models\.1\.id: is offered twice/],
    [
      'a field of messages that is never sent',
      chat({ messageFields: ['-nam'] }),
      /^operations\.chat.*messageFields\.0: takes away a field that is never sent.*"name"/,
    ],
    ['an alias twice', file({ models: [model({ aliases: ['d', 'd'] })] }), /^models\.0\.aliases\.1: is an id or an alias/],
    [
      'more output than context',
      file({ models: [model({ contextTokens: 10, maxOutputTokens: 11 })] }),
      /^models\.0\.maxOutputTokens: is more than/,
    ],
    [
      'a negative price',
      file({ models: [model({ priceUsdPerMillionTokens: { prompt: -1, completion: 1 } })] }),
      /^models\.0\..*prompt: .*>=0/,
    ],
    [
      'a price of one token',
      file({ models: [model({ priceUsdPerMillionTokens: { prompt: 0.0000005, completion: 1 } })] }),
      /prompt: expected USD for a million tokens/,
    ],
    [
      'a quantization in capitals',
      file({ models: [model({ quantization: 'FP8' })] }),
      /quantization: no filter asks for it.*Did you mean "fp8"/,
    ],
    ['a kind of content', file({ models: [model({ input: ['text', 'images'] })] }), /input\.1: expected one of .*Did you mean "image"/],
    ['a capability', file({ models: [model({ capabilities: ['tool'] })] }), /capabilities\.0: .*Did you mean "tools"/],
    [
      'a capability that no request reaches',
      {
        ...chat({ parameters: { tools: false, tool_choice: false, parallel_tool_calls: false } }),
        models: [model({ capabilities: ['tools'] })],
      },
      /^models\.0\.capabilities\.0: has no effect: the rules of this model do not accept tools/,
    ],
    [
      'an ignored parameter that is none',
      chat({ ignores: ['seeds'] }),
      /ignores\.0: is no parameter, so nothing is ignored\. Did you mean "seed"/,
    ],
    [
      'an ignored parameter with a rule',
      chat({ ignores: ['seed'], parameters: { seed: false } }),
      /ignores\.0: is never sent, so the rule .* "parameters"/,
    ],
    [
      'an ignored parameter with a rule for some models',
      chat({ ignores: ['seed'], byModel: { 'm*': { parameters: { seed: false } } } }),
      /ignores\.0: is never sent, so the rule .* "m\*"/,
    ],
    ['a key that data rarely has', chat({ parameters: JSON.parse('{"__proto__": {"minimum": 1}}') as object }), /__proto__/],
    ['a key of the file', { ...file(), basUrl: 'x' }, /^basUrl: unknown key.*Did you mean "baseUrl"/],
    [
      'a rule outside of parameters',
      chat({ temperature: { maximum: 1 } }),
      /^operations\.chat\.temperature: unknown key.*under "parameters"/,
    ],
    ['a type', chat({ parameters: { top_k: { type: 'interger' } } }), /top_k\.type: expected one of number, .*Did you mean "integer"/],
    ['a type in a list', chat({ parameters: { top_k: { type: ['number', 'sting'] } } }), /top_k\.type\.1: .*Did you mean "string"/],
    ['a scheme', file({ auth: { scheme: 'beaerer' } }), /^auth\.scheme: .*Did you mean "bearer"/],
  ])('%s', (_, content, problem) => {
    const [found, ...more] = problemsOf(content);
    expect(more).toEqual([]);
    expect(found).toMatch(problem);
  });

  it.each<readonly [what: string, content: object]>([
    ['the smallest file', file()],
    ['no base URL', file({ baseUrl: undefined })],
    ['a version that only looks like a path', file({ baseUrl: 'https://m.example/v1/completion' })],
    ['variables where they belong', { ...chat({ path: '/{+model}/{VERSION}' }), variables: { VERSION: { about: 'x' } } }],
    ['two ways', file({ auth: [{ scheme: 'bearer' }, { scheme: 'header', header: 'x-key', secret: 'OTHER_KEY' }] })],
    ['patterns of models that are not listed', { ...chat({ byModel: { 'new-*': { quirks: ['only-streams'] } } }), models: [model()] }],
    ['alternatives', alternatives({ onlyModels: ['a*'], byModel: { 'ab*': {} } }, { onlyModels: ['b*'] }, {})],
  ])('is not %s', (_, content) => {
    expect(problemsOf(content)).toEqual([]);
  });
});

describe('provider file check: the text of a file', () => {
  const text = JSON.stringify(file(), null, 2);

  it('may begin with a byte order mark', () => {
    expect(problemsOf(`\uFEFF${text}`)).toEqual([]);
  });

  it.each([
    ['UTF-16', Buffer.from(text, 'utf16le').toString('utf8'), '(encoding): the file is not UTF-8 (it looks like UTF-16); save it as UTF-8'],
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${text}`, 'utf16le').toString('utf8'), 'it looks like UTF-16'],
    [
      'Latin-1',
      Buffer.from(text.replace('Mine', 'Münze'), 'latin1').toString('utf8'),
      '(encoding): the file is not UTF-8 (this character is perhaps Latin-1)',
    ],
    ['nothing', '', '(syntax): the file is empty; expected a JSON object'],
    ['blanks', '\n\n  ', 'the file is empty'],
    ['a comment', '// soon\n', 'nothing but comments'],
    [
      'a trailing comma after comments',
      text.replace('"models": []', '"models": [], // none\n /* , */'),
      '(syntax): not valid JSON: a trailing comma',
    ],
    ['a trailing comma in a list', text.replace('[]', '[1,]'), 'a trailing comma'],
    ['nested without end', '['.repeat(200_000), '(syntax): brackets are nested more than 100 levels deep'],
    [
      'in single quotes',
      text.replace('"Mine"', "'Mine'"),
      '(syntax): not valid JSON: invalid symbol; texts and keys stand in double quotes',
    ],
    ['two commas', text.replace('[]', '[1,,2]'), '(syntax): not valid JSON: value expected'],
  ])('that is %s is reported so', (_, content, said) => {
    const [found, ...more] = problemsOf(content);
    expect(more).toEqual([]);
    expect(found).toContain(said);
  });

  it('that states a key twice is reported where', () => {
    expect(problemsOf(text.replace('"name": "Mine"', '"name": "Mine", "name": "Yours"'))).toEqual([
      'name: is stated twice, and only the last one counts',
    ]);
    const rules = '"dialect": "openai-chat", "parameters": { "top_k": {}, "top_k": false }';
    expect(problemsOf(text.replace('"dialect": "openai-chat"', rules))).toEqual([
      'operations.chat.parameters.top_k: is stated twice, and only the last one counts',
    ]);
  });
});
