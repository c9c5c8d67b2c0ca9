/**
 * A strict upstream for tests: refuses what its specification does not have, and answers in one of three wire formats. Written from the formats'
 * public documentation; shares nothing with `src/`.
 */
import type { Field, Specification } from './specification.ts';

/** The wire formats it has. */
export type WireName = 'openai-chat' | 'anthropic' | 'gemini';

/** How it behaves. */
export type UpstreamBehaviour = {
  specification: Specification;
  wire: WireName;
  /** False = unknown fields are accepted. Default: true. */
  isStrict?: boolean;
  /** Errors name no field. */
  isVague?: boolean;
  /** Called with each body that is sent. */
  onAnswer?: (body: string) => void;
  /** Streams have usage without a request for it. */
  streamsUsage?: boolean;
};

/** An answer, to be sent over HTTP. */
export type SimulatedAnswer = { status: number; headers: Record<string, string>; body: string };

type Body = Record<string, unknown>;

/** Fields that are no parameters. */
const FIXED: Record<WireName, readonly string[]> = {
  'openai-chat': ['model', 'messages', 'stream'],
  anthropic: ['model', 'messages', 'system', 'stream', 'metadata'],
  gemini: ['contents', 'systemInstruction', 'toolConfig'],
};

/** Answers one request. */
export function answerRequest(behaviour: UpstreamBehaviour, body: Body, isStream: boolean): SimulatedAnswer {
  const refusal = findFault(behaviour, body);
  if (refusal !== null) return refuse(behaviour, refusal);
  const sent = readSent(behaviour, body);
  const answer = isStream ? stream(behaviour, sent) : whole(behaviour, sent);
  behaviour.onAnswer?.(answer.body);
  return answer;
}

/** A value that was sent, by unified name. */
type SentValues = Map<string, { field: Field; value: unknown }>;

function fieldsIn({ wire }: UpstreamBehaviour, body: Body): [name: string, value: unknown][] {
  if (wire !== 'gemini') return Object.entries(body);
  const { generationConfig = {}, ...others } = body;
  return [...Object.entries(others), ...Object.entries(generationConfig as Body)];
}

function readSent(behaviour: UpstreamBehaviour, body: Body): SentValues {
  const sent: SentValues = new Map();
  for (const [name, value] of fieldsIn(behaviour, body)) {
    for (const [param, field] of Object.entries(behaviour.specification))
      if (field !== null && field.wire === name) sent.set(param, { field, value });
  }
  return sent;
}

function findFault(behaviour: UpstreamBehaviour, body: Body): { field: string; text: string } | null {
  const { specification, wire, isStrict = true } = behaviour;
  const names = new Set(Object.values(specification).flatMap((field) => (field === null ? [] : [field.wire])));
  for (const [name, value] of fieldsIn(behaviour, body)) {
    if (FIXED[wire].includes(name)) continue;
    if (!names.has(name)) {
      if (isStrict) return { field: name, text: `Unknown parameter: '${name}'.` };
      continue;
    }
    const field = Object.values(specification).find((one) => one?.wire === name);
    const fault = field === undefined || field === null || field.ignored === true ? null : faultOf(field, value, wire);
    if (fault !== null) return { field: name, text: `Invalid value for '${name}': ${fault}` };
  }
  const sent = readSent(behaviour, body);
  for (const [param, { field }] of sent) {
    const other = field.conflicts?.find((one) => (one === 'stream' ? body['stream'] === true : sent.has(one)));
    if (other !== undefined) return { field: field.wire, text: `'${field.wire}' cannot be sent together with '${other}'.` };
    void param;
  }
  const missing = Object.values(specification).find(
    (field) => field?.required === true && ![...sent.values()].some(({ field: own }) => own.wire === field.wire),
  );
  return missing === undefined || missing === null ? null : { field: missing.wire, text: `'${missing.wire}' is required.` };
}

function faultOf(field: Field, value: unknown, wire: WireName): string | null {
  switch (field.kind) {
    case 'number':
    case 'integer':
      if (typeof value !== 'number' || (field.kind === 'integer' && !Number.isInteger(value))) return `expected a ${field.kind}`;
      if (value < (field.min ?? -Infinity) || value <= (field.openMin ?? -Infinity)) return 'it is too small';
      return value > (field.max ?? Infinity) || value >= (field.openMax ?? Infinity) ? 'it is too large' : null;
    case 'choice': {
      const word = typeof value === 'object' && value !== null ? (value as Body)['type'] : value;
      const known =
        wire === 'anthropic' && field.wire === 'tool_choice'
          ? field.words.map((one) => ANTHROPIC_CHOICES[String(one)] ?? one)
          : field.words;
      return known.some((one) => one === word) ? null : `expected one of ${field.words.join(', ')}`;
    }
    case 'list':
      if (!Array.isArray(value)) return 'expected a list';
      return value.length > (field.most ?? Infinity) ? `it has more than ${field.most} entries` : null;
    default: {
      const type = Array.isArray(value) ? 'array' : typeof value;
      return type === field.type ? null : `expected a value of type ${field.type}`;
    }
  }
}

const ANTHROPIC_CHOICES: Readonly<Record<string, string>> = { required: 'any', function: 'tool' };

function refuse({ wire, isVague = false }: UpstreamBehaviour, { field, text }: { field: string; text: string }): SimulatedAnswer {
  const message = isVague ? 'The request is not valid.' : text;
  const errors: Record<WireName, Body> = {
    'openai-chat': { error: { message, type: 'invalid_request_error', param: isVague ? null : field, code: null } },
    anthropic: { type: 'error', error: { type: 'invalid_request_error', message } },
    gemini: { error: { code: 400, message, status: 'INVALID_ARGUMENT' } },
  };
  return { status: 400, headers: JSON_HEADERS, body: JSON.stringify(errors[wire]) };
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const WORDS = ['red', 'green', 'blue', 'white', 'black'];

/** What the answer contains. */
type Content = { texts: string[]; tokens: number; finish: 'stop' | 'length'; hasLogprobs: boolean; top: number; isCall: boolean };

function contentOf(sent: SentValues): Content {
  const effective = (param: string) => (sent.get(param)?.field.ignored === true ? undefined : sent.get(param)?.value);
  const limit = effective('max_tokens') ?? effective('max_completion_tokens');
  const stops = effective('stop');
  let words = WORDS;
  if (Array.isArray(stops)) {
    const at = words.findIndex((word) => stops.includes(word));
    words = at < 0 ? words : words.slice(0, at);
  }
  const isCut = typeof limit === 'number' && limit < words.length;
  if (isCut) words = words.slice(0, limit);
  const choices = effective('n');
  const logprobs = effective('logprobs');
  const top = effective('top_logprobs');
  const choice = effective('tool_choice');
  return {
    texts: Array.from({ length: typeof choices === 'number' ? choices : 1 }, () => words.join(' ')),
    tokens: words.length,
    finish: isCut ? 'length' : 'stop',
    hasLogprobs: logprobs === true,
    top: typeof top === 'number' ? top : 0,
    isCall:
      choice === 'required' ||
      (typeof choice === 'object' && choice !== null && ['function', 'any', 'tool'].includes(String((choice as Body)['type']))),
  };
}

function whole(behaviour: UpstreamBehaviour, sent: SentValues): SimulatedAnswer {
  const content = contentOf(sent);
  return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(WRITERS[behaviour.wire](content)) };
}

const logprobsOf = ({ texts: [text = ''], top }: Content) =>
  text.split(' ').map((token) => ({
    token,
    logprob: -0.5,
    bytes: null,
    top_logprobs: Array.from({ length: top }, () => ({ token, logprob: -0.5, bytes: null })),
  }));

const WRITERS: Record<WireName, (content: Content) => Body> = {
  'openai-chat': (content) => ({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: content.texts.map((text, index) => ({
      index,
      message: content.isCall
        ? { role: 'assistant', content: null, tool_calls: [{ id: 't', type: 'function', function: { name: 'note', arguments: '{}' } }] }
        : { role: 'assistant', content: text },
      finish_reason: content.isCall ? 'tool_calls' : content.finish,
      ...(content.hasLogprobs ? { logprobs: { content: logprobsOf(content), refusal: null } } : {}),
    })),
    usage: {
      prompt_tokens: 20,
      completion_tokens: content.tokens * content.texts.length,
      total_tokens: 20 + content.tokens * content.texts.length,
    },
  }),
  anthropic: ({ texts: [text = ''], tokens, finish }) => ({
    id: 'msg',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text }],
    stop_reason: finish === 'length' ? 'max_tokens' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 20, output_tokens: tokens },
  }),
  gemini: (content) => ({
    candidates: content.texts.map((text, index) => ({
      index,
      content: { role: 'model', parts: [{ text }] },
      finishReason: content.finish === 'length' ? 'MAX_TOKENS' : 'STOP',
      ...(content.hasLogprobs
        ? {
            logprobsResult: {
              chosenCandidates: logprobsOf(content).map(({ token }) => ({ token, logProbability: -0.5 })),
              topCandidates: logprobsOf(content).map(({ top_logprobs: top, token }) => ({
                candidates: top.map(() => ({ token, logProbability: -0.5 })),
              })),
            },
          }
        : {}),
    })),
    usageMetadata: {
      promptTokenCount: 20,
      candidatesTokenCount: content.tokens * content.texts.length,
      totalTokenCount: 20 + content.tokens * content.texts.length,
    },
    modelVersion: 'm',
  }),
};

const sse = (payloads: readonly unknown[], names = false): string =>
  payloads
    .map(
      (payload) =>
        `${names ? `event: ${String((payload as Body)['type'])}\n` : ''}data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`,
    )
    .join('');

function stream(behaviour: UpstreamBehaviour, sent: SentValues): SimulatedAnswer {
  const content = contentOf(sent);
  const text = content.texts[0] ?? '';
  const headers = { 'content-type': 'text/event-stream' };
  if (behaviour.wire === 'openai-chat') {
    const chunk = (choices: unknown[], more: Body = {}) => ({
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices,
      ...more,
    });
    const options = sent.get('stream_options')?.value as Body | undefined;
    const usage = { prompt_tokens: 20, completion_tokens: content.tokens, total_tokens: 20 + content.tokens };
    const hasUsage = options?.['include_usage'] === true || behaviour.streamsUsage === true;
    const payloads = [
      chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
      chunk([{ index: 0, delta: { content: text }, finish_reason: null }]),
      chunk([{ index: 0, delta: {}, finish_reason: content.finish }]),
      ...(hasUsage ? [chunk([], { usage })] : []),
      '[DONE]',
    ];
    return { status: 200, headers, body: `: keep-alive\n\n${sse(payloads)}` };
  }
  if (behaviour.wire === 'gemini') return { status: 200, headers, body: sse([WRITERS.gemini(content)]).replaceAll('\n', '\r\n') };
  const payloads = [
    { type: 'message_start', message: { ...WRITERS.anthropic(content), content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: content.finish === 'length' ? 'max_tokens' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: content.tokens },
    },
    { type: 'message_stop' },
  ];
  return { status: 200, headers, body: sse(payloads, true) };
}
