// Google's generateContent on the wire: the model and the mode in the path, a whole response as every chunk, calls in one piece, usage that
// grows, no last word but the end of the body. Source: the generativelanguage v1beta protos and @google/genai 2.32.0.
// Must not import anything from src/ or providers/.

import type { Choice, FinishReason, ToolCall } from '../answer.ts';
import { isFields } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import { chatLogprobs } from '../logprobs.ts';
import { hash } from '../prose.ts';
import type { Rendering } from '../wire-format.ts';
import type { WireFormat, SpokenPath } from '../wire-format.ts';
import type { Step } from '../steps.ts';

/** There is no word for calls. */
const finishReasons: Readonly<Record<FinishReason, string>> = { stop: 'STOP', length: 'MAX_TOKENS', tool_calls: 'STOP' };

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Google's envelope; an unknown field is named with the place where it stands, in snake case. */
export function writeGoogleError({ status, message, param, code }: Complaint): Fields {
  const steps = (param ?? '').split('.');
  const place = steps
    .slice(0, -1)
    .join('.')
    .replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
  const at = place === '' ? '' : ` at '${place}'`;
  const isUnknown = code === 'unknown_parameter';
  const said = isUnknown ? `Invalid JSON payload received. Unknown name "${steps.at(-1) ?? ''}"${at}: Cannot find field.` : message;
  const retry = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' };
  const bad = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID', domain: 'googleapis.com' };
  const details = status === 429 ? [retry] : code === 'invalid_api_key' ? [bad] : [];
  return {
    error: {
      code: status,
      message: said,
      status: statuses[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT'),
      ...(details.length === 0 ? {} : { details }),
    },
  };
}

const frame = (payload: Fields, isContent: boolean): Step => ({ kind: 'raw', text: `data: ${JSON.stringify(payload)}\n\n`, isContent });

/** Cumulative; zeros are left out. */
function usageOf({ answer }: Rendering, made: number): Fields {
  const { promptTokens } = answer;
  return {
    promptTokenCount: promptTokens,
    ...(made === 0 ? {} : { candidatesTokenCount: made }),
    totalTokenCount: promptTokens + made,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptTokens }],
  };
}

function response(candidates: readonly Fields[], rendering: Rendering, made: number): Fields {
  const { question } = rendering;
  return {
    candidates,
    usageMetadata: usageOf(rendering, made),
    modelVersion: question.model,
    responseId: `sim-${hash(JSON.stringify(question)).toString(36)}`,
  };
}

/** Arguments that were cut off are no object: such a call is left out. */
function callPart(call: ToolCall, position: number, { question }: Rendering): Fields[] {
  try {
    const args = JSON.parse(call.pieces.join('') || '{}') as unknown;
    // Only the first of several calls is signed.
    const isSigned = position === 0 && question.model.startsWith('gemini-3');
    const signature = isSigned ? { thoughtSignature: btoa(`thought behind ${call.id}`) } : {};
    return [{ functionCall: { name: call.name, args }, ...signature }];
  } catch {
    return [];
  }
}

function logprobsOf(pieces: readonly string[], start: number, { question }: Rendering): Fields {
  if (question.topLogprobs === null) return {};
  const { content } = chatLogprobs(pieces, question.topLogprobs, start) as {
    content: { token: string; logprob: number; top_logprobs: { token: string; logprob: number }[] }[];
  };
  const candidate = ({ token, logprob }: { token: string; logprob: number }) => ({
    token,
    tokenId: hash(token) % 256_000,
    logProbability: logprob,
  });
  return {
    logprobsResult: {
      chosenCandidates: content.map(candidate),
      topCandidates: content.map(({ top_logprobs: top }) => ({ candidates: top.map(candidate) })),
    },
  };
}

interface Piece {
  readonly candidate: Fields;
  readonly tokens: number;
}

/** A choice as pieces of a candidate, its end without a text of its own. */
function piecesOf(choice: Choice, rendering: Rendering): Piece[] {
  const { index, pieces, toolCalls, finishReason } = choice;
  const texts = pieces.map((text, place) => ({
    candidate: { content: { parts: [{ text }], role: 'model' }, index, ...logprobsOf([text], place, rendering) },
    tokens: 1,
  }));
  const calls = toolCalls.map((call, position) => ({
    candidate: { content: { parts: callPart(call, position, rendering), role: 'model' }, index },
    tokens: call.pieces.length,
  }));
  const end = {
    candidate: { content: { parts: [{ text: '' }], role: 'model' }, finishReason: finishReasons[finishReason], index },
    tokens: 0,
  };
  return [...texts, ...calls, end];
}

function toSteps(rendering: Rendering): Step[] {
  const lanes = rendering.answer.choices.map((choice) => piecesOf(choice, rendering));
  const rounds = Math.max(0, ...lanes.map((lane) => lane.length));
  const pieces = Array.from({ length: rounds }, (_, round) => lanes.flatMap((lane) => lane[round] ?? [])).flat();
  let made = 0;
  return pieces.map(({ candidate, tokens }) => {
    made += tokens;
    return frame(response([candidate], rendering, made), candidate['finishReason'] === undefined);
  });
}

function toBody(rendering: Rendering): Fields {
  const { choices, completionTokens } = rendering.answer;
  const candidates = choices.map(({ index, pieces, toolCalls, finishReason }) => {
    const said = pieces.length === 0 ? [] : [{ text: pieces.join('') }];
    const calls = toolCalls.flatMap((call, position) => callPart(call, position, rendering));
    const content = { parts: [...said, ...calls], role: 'model' };
    return { content, finishReason: finishReasons[finishReason], index, ...logprobsOf(pieces, 0, rendering) };
  });
  return response(candidates, rendering, completionTokens);
}

const listed = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

function textOf(part: Fields): string {
  if (typeof part['text'] === 'string') return part['text'];
  return isFields(part['inlineData']) || isFields(part['fileData']) ? '[image_url]' : '';
}

/** A content as messages: each result of a function is one of its own. */
function messagesOf({ role, parts }: Fields): Fields[] {
  const all = listed(parts);
  const results = all.flatMap(({ functionResponse: result }) =>
    isFields(result) ? [{ role: 'tool', content: JSON.stringify(result['response']) }] : [],
  );
  const content = all
    .filter((part) => part['thought'] !== true)
    .map(textOf)
    .filter((text) => text !== '')
    .join(' ');
  const said = content === '' && results.length > 0 ? [] : [{ role: role === 'model' ? 'assistant' : 'user', content }];
  return [...results, ...said];
}

function toolsOf(tools: unknown): Fields[] {
  return listed(tools)
    .flatMap((tool) => listed(tool['functionDeclarations']))
    .map(({ name, parameters, parametersJsonSchema: schema }) => ({
      type: 'function',
      function: { name, parameters: schema ?? parameters },
    }));
}

function choiceOf(toolConfig: unknown): Fields {
  const config = isFields(toolConfig) && isFields(toolConfig['functionCallingConfig']) ? toolConfig['functionCallingConfig'] : {};
  const allowed = Array.isArray(config['allowedFunctionNames']) ? config['allowedFunctionNames'] : [];
  if (allowed.length === 1) return { tool_choice: { type: 'function', function: { name: String(allowed[0]) } } };
  return config['mode'] === 'ANY' ? { tool_choice: 'required' } : config['mode'] === 'NONE' ? { tool_choice: 'none' } : {};
}

function formatOf({ responseMimeType: mime, responseJsonSchema, responseSchema }: Fields): Fields {
  if (mime !== 'application/json') return {};
  const schema = responseJsonSchema ?? responseSchema;
  return { response_format: schema === undefined ? { type: 'json_object' } : { type: 'json_schema', json_schema: { schema } } };
}

/** OpenAI's words for what is asked. */
function toQuestion(body: Fields, path: SpokenPath): Fields {
  const config = isFields(body['generationConfig']) ? body['generationConfig'] : {};
  const system = isFields(body['systemInstruction']) ? listed(body['systemInstruction']['parts']) : [];
  const renamed: Readonly<Record<string, unknown>> = {
    max_tokens: config['maxOutputTokens'],
    stop: config['stopSequences'],
    n: config['candidateCount'],
    seed: config['seed'],
    logprobs: config['responseLogprobs'],
    top_logprobs: config['logprobs'],
    tools: body['tools'] === undefined ? undefined : toolsOf(body['tools']),
  };
  return {
    model: path.model,
    stream: path.stream === true,
    messages: [...system.map((part) => ({ role: 'system', content: textOf(part) })), ...listed(body['contents']).flatMap(messagesOf)],
    ...Object.fromEntries(Object.entries(renamed).filter(([, value]) => value !== undefined)),
    ...choiceOf(body['toolConfig']),
    ...formatOf(config),
  };
}

function readPath(path: string): SpokenPath | null {
  if (/^models\/[^/]+:(batchEmbedContents|predict)$/u.test(path)) return { operation: 'embeddings' };
  const match = /^models\/([^/]+):(generateContent|streamGenerateContent)$/u.exec(path);
  if (match === null) return null;
  return { operation: 'chat', model: decodeURIComponent(match[1] ?? ''), stream: match[2] === 'streamGenerateContent' };
}

/** How Google's models are spoken to. */
export const geminiFormat: WireFormat = {
  contentType: 'text/event-stream',
  readPath,
  toQuestion,
  toBody,
  toSteps,
  errorStep: (complaint) => frame(writeGoogleError(complaint), false),
};
