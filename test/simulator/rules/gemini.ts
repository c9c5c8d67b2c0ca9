// Google AI Studio and Vertex AI, generateContent. Source: the generativelanguage v1beta and aiplatform v1beta1 protos, the comments of
// @google/genai 2.32.0, and error bodies seen in public (issues of gemini-cli, zed, kilocode, Roo-Code and openai-gemini). What belongs to
// single models is in gemini-models.ts. Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, either, first, integer, isFields, listOf, mapOf, number, object, oneOf, text } from '../checks.ts';
import type { Check, Complaint, Fields, Shape } from '../checks.ts';
import { allOf } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { geminiFormat, writeGoogleError } from '../wire-formats/gemini.ts';
import { openAiHabits } from '../system.ts';
import type { System } from '../system.ts';
import { studioEmbeddings, vertexEmbeddings } from './gemini-embeddings.ts';
import { contentsOf, functionCallsOf, functionsOf, modelLimits, partsOf } from './gemini-models.ts';

/** An object with these fields and no others, as protobuf reads JSON. */
const strict = (fields: Shape['fields'], ...required: readonly string[]): Check => object({ fields, required, unknown: 'refuse' });

const int32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const functionName = text(/^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/u);

/** A schema of `parametersJsonSchema` and `responseJsonSchema`: part of JSON Schema. */
const jsonSchema: Check = (value, path) => {
  if (isFields(value) && value['$ref'] !== undefined) {
    const other = Object.keys(value).find((name) => !name.startsWith('$'));
    if (other !== undefined) return complain(`Beside $ref only words that begin with $ may stand, not '${other}'.`, `${path}.${other}`);
  }
  return schemaWords(value, path);
};
const nested: Check = (value, path) => jsonSchema(value, path);
const typeName = oneOf('string', 'number', 'integer', 'boolean', 'object', 'array', 'null');
const schemaWords = strict({
  $id: text(),
  $anchor: text(),
  $ref: text(/^#/u),
  $defs: mapOf(nested),
  type: either('a type or several', typeName, listOf(typeName, { min: 1 })),
  format: text(),
  title: text(),
  description: text(),
  enum: listOf(either('a string or a number', text(), number()), { min: 1 }),
  items: nested,
  prefixItems: listOf(nested),
  minItems: integer({ min: 0 }),
  maxItems: integer({ min: 0 }),
  minimum: number(),
  maximum: number(),
  anyOf: listOf(nested, { min: 1 }),
  oneOf: listOf(nested, { min: 1 }),
  properties: mapOf(nested),
  additionalProperties: either('a boolean or a schema', boolean, nested),
  required: listOf(text()),
  propertyOrdering: listOf(text()),
});

/** A schema of `parameters` and `responseSchema`: OpenAPI's, far narrower. */
const openApiSchema: Check = (value, path) => openApiWords(value, path);
const openApiNested: Check = (value, path) => openApiSchema(value, path);
const openApiWords = strict({
  type: oneOf('string', 'number', 'integer', 'boolean', 'object', 'array', 'STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'OBJECT', 'ARRAY'),
  format: oneOf('enum', 'date-time', 'int32', 'int64', 'float', 'double'),
  title: text(),
  description: text(),
  nullable: boolean,
  enum: listOf(text(), { min: 1 }),
  items: openApiNested,
  minItems: integer({ min: 0 }),
  maxItems: integer({ min: 0 }),
  properties: mapOf(openApiNested, /^/u, { min: 1 }),
  required: listOf(text()),
  minimum: number(),
  maximum: number(),
  minLength: integer({ min: 0 }),
  maxLength: integer({ min: 0 }),
  pattern: text(),
  anyOf: listOf(openApiNested, { min: 1 }),
  propertyOrdering: listOf(text()),
});

/** Addresses that the service reads for itself; every other file comes as bytes. */
const ownAddress = /^(gs:\/\/|https:\/\/generativelanguage\.googleapis\.com\/|https:\/\/(www\.)?youtube\.com\/|https:\/\/youtu\.be\/)/u;

const payloads = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'] as const;

function part(hasIds: boolean): Check {
  const ids: Readonly<Record<string, Check>> = hasIds ? { id: text(/./su) } : {};
  const shape = strict({
    // "Unable to submit request because it must have a text parameter."
    text: text(/./su),
    thought: boolean,
    thoughtSignature: text(/./su),
    inlineData: strict({ mimeType: text(/^[a-z]+\/[a-z0-9.+-]+$/u), data: text(/^[A-Za-z0-9+/_-]+=*$/u) }, 'mimeType', 'data'),
    fileData: strict({ mimeType: text(), fileUri: text(ownAddress) }, 'fileUri'),
    functionCall: strict({ ...ids, name: functionName, args: anyObject }, 'name'),
    functionResponse: strict({ ...ids, name: functionName, response: anyObject }, 'name', 'response'),
  });
  return (value, path) => {
    const complaint = shape(value, path);
    const given = isFields(value) ? payloads.filter((name) => value[name] !== undefined) : [];
    return (
      complaint ?? (given.length === 1 ? null : complain(`${path}: required oneof field 'data' must have one initialized field.`, path))
    );
  };
}

function fields(host: 'studio' | 'vertex'): Readonly<Record<string, Check>> {
  const isStudio = host === 'studio';
  return {
    contents: listOf(strict({ role: oneOf('user', 'model'), parts: listOf(part(isStudio), { min: 1 }) }, 'role', 'parts'), { min: 1 }),
    systemInstruction: strict({ role: text(), parts: listOf(strict({ text: text(/./su) }, 'text'), { min: 1 }) }, 'parts'),
    tools: listOf(
      strict({
        functionDeclarations: listOf(
          strict({ name: functionName, description: text(), parameters: openApiSchema, parametersJsonSchema: jsonSchema }, 'name'),
          { min: 1, max: 512 },
        ),
      }),
      { min: 1 },
    ),
    toolConfig: strict({
      functionCallingConfig: strict({
        mode: oneOf('AUTO', 'ANY', 'NONE', 'VALIDATED'),
        allowedFunctionNames: listOf(functionName, { min: 1 }),
      }),
    }),
    safetySettings: listOf(strict({ category: text(), threshold: text() }, 'category', 'threshold')),
    cachedContent: text(/./su),
    ...(isStudio ? { serviceTier: oneOf('standard', 'flex', 'priority', 'unspecified'), store: boolean } : { labels: mapOf(text()) }),
    generationConfig: strict({
      temperature: number({ min: 0, max: 2 }),
      topP: number({ min: 0, max: 1 }),
      topK: integer({ min: 1 }),
      candidateCount: integer({ min: 1, max: 8 }),
      maxOutputTokens: integer({ min: 1 }),
      stopSequences: listOf(text(/./su), { max: 5 }),
      seed: integer(int32),
      frequencyPenalty: number({ min: -2, below: 2 }),
      presencePenalty: number({ min: -2, below: 2 }),
      responseLogprobs: boolean,
      logprobs: integer({ min: 0, max: 20 }),
      responseMimeType: oneOf('text/plain', 'application/json', 'text/x.enum'),
      responseSchema: openApiSchema,
      responseJsonSchema: jsonSchema,
      responseModalities: listOf(oneOf('TEXT', 'IMAGE', 'AUDIO')),
      mediaResolution: text(),
      speechConfig: anyObject,
      thinkingConfig: strict({
        includeThoughts: boolean,
        thinkingBudget: integer({ min: -1, max: int32.max }),
        thinkingLevel: oneOf('MINIMAL', 'LOW', 'MEDIUM', 'HIGH'),
      }),
      ...(isStudio ? { enableEnhancedCivicAnswers: boolean } : { audioTimestamp: boolean }),
    }),
  };
}

const configOf = (body: Fields): Fields => (isFields(body['generationConfig']) ? body['generationConfig'] : {});

const fieldsTogether: Together = (body) => {
  const { responseMimeType: mime, responseSchema, responseJsonSchema, logprobs, responseLogprobs, thinkingConfig } = configOf(body);
  const schemas = [responseSchema, responseJsonSchema].filter((schema) => schema !== undefined).length;
  if (schemas > 0 && mime !== 'application/json' && mime !== 'text/x.enum') {
    return complain('A response schema requires a response mime type of application/json.', 'generationConfig.responseMimeType');
  }
  if (schemas > 1) return complain('Only one of responseSchema and responseJsonSchema may be set.', 'generationConfig.responseSchema');
  if (logprobs !== undefined && responseLogprobs !== true) {
    return complain('logprobs can only be set where responseLogprobs is true.', 'generationConfig.logprobs');
  }
  return isFields(thinkingConfig) && thinkingConfig['thinkingBudget'] !== undefined && thinkingConfig['thinkingLevel'] !== undefined
    ? complain('You can only set only one of thinking budget and thinking level.', 'generationConfig.thinkingConfig')
    : null;
};

const choiceFitsTools: Together = (body) => {
  const config = isFields(body['toolConfig']) ? body['toolConfig']['functionCallingConfig'] : undefined;
  if (!isFields(config)) return null;
  const names = functionsOf(body).map(({ name }) => name);
  if (names.length === 0) return complain('Function calling config is set without function_declarations.', 'toolConfig');
  const allowed = config['allowedFunctionNames'];
  if (!Array.isArray(allowed)) return null;
  if (config['mode'] !== 'ANY' && config['mode'] !== 'VALIDATED') {
    return complain('allowed_function_names can only be set where the mode is ANY.', 'toolConfig.functionCallingConfig.mode');
  }
  return allowed.every((name) => names.includes(name)) ? null : complain('An allowed function is not declared.', 'toolConfig');
};

/** Every call is answered, in the content behind it, and nothing else is. */
const resultsFollowCalls: Together = (body) => {
  const contents = contentsOf(body);
  return first(
    contents.map((content, place) => () => {
      const answers = partsOf(content).flatMap((one) => (isFields(one['functionResponse']) ? [one['functionResponse']['name']] : []));
      const calls = functionCallsOf(contents[place - 1]).map((call) => call['name']);
      if (answers.length > 0 && calls.length === 0) {
        return complain('Please ensure that function response turn comes immediately after a function call turn.', 'contents');
      }
      const isAnswered = calls.length === answers.length && calls.every((name, position) => answers[position] === name);
      return isAnswered
        ? null
        : complain(
            'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
            'contents',
          );
    }),
  );
};

const endsWithUser: Together = (body) =>
  functionCallsOf(contentsOf(body).at(-1)).length > 0 ? complain('A function call must be followed by its response.', 'contents') : null;

const writeError = (complaint: Complaint): Fields => writeGoogleError(complaint);

function hostOf(slug: string, host: 'studio' | 'vertex'): System {
  const embeddings = host === 'studio' ? studioEmbeddings : vertexEmbeddings;
  return {
    slug,
    needsKey: true,
    writeError,
    wireFormat: geminiFormat,
    embeddings: embeddings.form,
    habits: { ...openAiHabits, writeStreamError: writeError },
    operations: {
      chat: {
        fields: fields(host),
        required: ['contents'],
        unknown: 'refuse',
        together: allOf(fieldsTogether, choiceFitsTools, resultsFollowCalls, endsWithUser, modelLimits),
      },
      embeddings: embeddings.rules,
    },
  };
}

/** Google AI Studio. */
export const googleAiStudio: System = hostOf('google-ai-studio', 'studio');

/** Vertex AI. */
export const googleVertex: System = hostOf('google-vertex', 'vertex');
