/**
 * Schema of a provider file. Strict: a misspelt key is an error, not a rule without effect. Names of dialects and quirks are passed in,
 * because the registry knows no wire format.
 */
import * as z from 'zod';
import { ERROR_MEANINGS, type ErrorMeaning } from '../unified/meaning.ts';

const RULE_TYPE = z.enum(['number', 'integer', 'string', 'boolean', 'array', 'object']);

/** Creates a strict object schema whose error for an unknown key lists the known keys. */
function closed<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `unknown key; expected one of ${names}` : undefined),
  });
}

/** A value of `gen_ai.provider.name`. */
const TELEMETRY_NAME = z.string().regex(/^[a-z0-9._]{1,64}$/, 'expected a value of gen_ai.provider.name');

const BOUNDS = closed({ minimum: z.number().optional(), maximum: z.number().optional() });

const RULE = closed({
  type: z
    .union([RULE_TYPE, z.array(RULE_TYPE).min(1)], { error: `expected one of ${RULE_TYPE.options.join(', ')}, or a list of them` })
    .optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  multipleOf: z.number().positive().optional(),
  enum: z
    .array(z.union([z.string(), z.number(), z.boolean()], { error: 'expected a text, a number, true or false' }))
    .min(1)
    .optional(),
  maxItems: z.int().min(1).optional(),
  maxLength: z.int().min(1).optional(),
  default: z.unknown().optional(),
  name: z.string().min(1).optional(),
  values: z.record(z.string(), z.unknown()).optional(),
  required: z.boolean().optional(),
  requiredWith: z.array(z.string().min(1)).min(1).optional(),
  conflictsWith: z.array(z.string().min(1)).min(1).optional(),
  emulate: z.boolean().optional(),
  onlyWith: z.record(z.string().min(1), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)).optional(),
  below: z.string().min(1).optional(),
  narrowed: z
    .array(closed({ with: z.string().min(1), when: BOUNDS, to: BOUNDS }))
    .min(1)
    .optional(),
}).superRefine((rule, context) => {
  const lower = Math.max(rule.minimum ?? -Infinity, rule.exclusiveMinimum ?? -Infinity);
  const upper = Math.min(rule.maximum ?? Infinity, rule.exclusiveMaximum ?? Infinity);
  const open = lower === rule.exclusiveMinimum || upper === rule.exclusiveMaximum;
  if (lower > upper || (lower === upper && open)) {
    const key = lower === rule.minimum ? 'minimum' : 'exclusiveMinimum';
    context.addIssue({
      code: 'custom',
      path: [key],
      message: `leaves no value: the lower bound ${lower} is not below the upper bound ${upper}`,
    });
  }
});

const PARAMETERS = z.record(z.string(), z.union([z.literal(false), RULE], { error: 'expected false or a rule such as {"maximum": 2}' }));

/** Names that the wire formats supply. */
export type DialectWords = {
  /** Name of a dialect to the values that its entries may use. */
  readonly [dialect: string]: { operation: string; quirks: readonly string[] };
};

const ROLES = closed({ developer: z.string().optional(), system: z.string().optional() });

/** Creates the schema for the existing dialects and chat templates. */
export function providerFileSchema(dialects: DialectWords, templates: readonly string[]) {
  const quirks = [...new Set(Object.values(dialects).flatMap((dialect) => dialect.quirks))];
  const QUIRKS = z.array(z.enum(quirks as [string, ...string[]]));
  const QUIRK_CHANGES = z.array(z.enum(quirks.flatMap((quirk) => [quirk, `-${quirk}`]) as [string, ...string[]]));
  const TEMPLATE = z.enum(templates as [string, ...string[]]);

  const alternative = (name: string) =>
    closed({
      dialect: z.enum(Object.keys(dialects).filter((dialect) => dialects[dialect]?.operation === name) as [string, ...string[]]),
      basePath: z
        .string()
        .regex(/^(?:\/[\w.~-]+)+$/, 'expected a path such as /publishers/google')
        .optional(),
      path: z.string().startsWith('/').optional(),
      streamPath: z.string().startsWith('/').optional(),
      countPath: z.string().startsWith('/').optional(),
      onlyModels: z.array(z.string().min(1)).min(1).optional(),
      nativeModels: z.array(z.string().min(1)).min(1).optional(),
      template: TEMPLATE.optional(),
      prompts: z
        .array(z.enum(['text', 'texts', 'tokens', 'token-lists']))
        .min(1)
        .optional(),
      maxInputs: z.int().min(1).optional(),
      roles: ROLES.optional(),
      messageFields: MESSAGE_FIELDS.optional(),
      quirks: QUIRKS.optional(),
      headers: HEADERS.optional(),
      parameters: PARAMETERS.optional(),
      ignores: z.array(z.string().min(1)).min(1).optional(),
      byModel: z
        .record(
          z.string().min(1),
          closed({
            parameters: PARAMETERS.optional(),
            quirks: QUIRK_CHANGES.optional(),
            template: TEMPLATE.optional(),
            roles: ROLES.optional(),
            messageFields: MESSAGE_FIELDS.optional(),
          }),
        )
        .optional(),
    });
  const operation = (name: string) => {
    const one = alternative(name);
    return z
      .preprocess((value) => (Array.isArray(value) ? value : value === undefined ? undefined : [value]), z.array(one).min(1))
      .refine(
        (alternatives) => alternatives.filter(({ onlyModels }) => onlyModels === undefined).length <= 1,
        'expected onlyModels in all alternatives but one',
      )
      .optional();
  };

  return closed({
    $schema: z.string().optional(),
    name: z.string().min(1),
    docs: z.url({ protocol: /^https?$/ }),
    telemetryName: TELEMETRY_NAME.optional(),
    baseUrl: z
      .string()
      .regex(/^https?:\/\/\S+$/, 'expected an http or https address')
      .optional(),
    variables: z.record(VARIABLE, closed({ about: z.string().min(1), default: z.string().min(1).optional() })).optional(),
    binding: VARIABLE.optional(),
    headers: HEADERS.optional(),
    auth: z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(AUTH).min(1)),
    clientToken: closed({ format: z.string().min(1), prefix: z.string().min(4) }).optional(),
    discontinued: z.string().min(1).optional(),
    timeouts: closed({ firstContentMs: MS.optional(), idleMs: MS.optional(), totalMs: MS.optional() }).optional(),
    dataPolicy: closed({ trains: z.boolean(), retains: z.boolean() }).optional(),
    modelsPath: z.string().startsWith('/').optional(),
    catalog: CATALOG.optional(),
    leftOut: z.record(z.string().min(1), z.string().min(1)).optional(),
    errors: z.array(ERROR_ROW).min(1).superRefine(refuseRepeatedWords).optional(),
    operations: closed({ chat: operation('chat'), completions: operation('completions'), embeddings: operation('embeddings') }).refine(
      ({ chat, completions, embeddings }) => chat !== undefined || completions !== undefined || embeddings !== undefined,
      'expected chat, completions or embeddings',
    ),
    models: z.array(OFFERING).default([]),
  });
}

const MS = z.int().positive();
/** Source of facts about the provider's models: a list, and the provider's name in it. */
const CATALOG = z.string().regex(/^models\.dev\/[a-z0-9][a-z0-9.-]*$/, 'expected models.dev/ and the id of a provider there');
const VARIABLE = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of a variable, such as NOVITA_API_KEY');
const HEADERS = z.record(
  z.string().regex(/^[a-z0-9-]+$/, 'expected the lower-case name of a header'),
  z.string().regex(/^[\x20-\x7e]+$/, 'expected a text of visible ASCII characters'),
);
const MESSAGE_FIELDS = z.array(z.string().min(1));
const KEY = { secret: VARIABLE.optional(), optional: z.boolean().optional() };

const AUTH = z.discriminatedUnion('scheme', [
  closed({ scheme: z.enum(['bearer', 'azure', 'google-service-account', 'none']), ...KEY }),
  closed({
    scheme: z.literal('header'),
    header: z.string().regex(/^[a-z0-9-]+$/, 'expected the lower-case name of a header, such as x-api-key'),
    ...KEY,
  }),
  closed({ scheme: z.literal('query'), parameter: z.string().min(1), ...KEY }),
  closed({
    scheme: z.literal('aws-sigv4'),
    service: z.string().min(1),
    region: VARIABLE,
    accessKeyId: VARIABLE,
    sessionToken: VARIABLE.optional(),
    ...KEY,
  }),
]);

const LOWER_CASE = z.string().regex(/^[^A-Z]+$/, 'expected lower case');

/** The first matching row decides, so a code or phrase of an earlier row has no effect in a later one. */
function refuseRepeatedWords(rows: readonly z.infer<typeof ERROR_ROW>[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const [row, { statuses, codes = [], words = [] }] of rows.entries()) {
    for (const word of [...codes.map((code) => `code ${code}`), ...words.map((phrase) => `phrase ${phrase}`)]) {
      if (seen.has(word)) context.addIssue({ code: 'custom', path: [row], message: `the ${word} stands in an earlier row, which decides` });
      if (statuses === undefined) seen.add(word);
    }
  }
}

const ERROR_ROW = closed({
  means: z.enum(Object.keys(ERROR_MEANINGS) as [ErrorMeaning, ...ErrorMeaning[]]),
  codes: z.array(LOWER_CASE).min(1).optional(),
  words: z.array(LOWER_CASE.min(4)).min(1).optional(),
  statuses: z.array(z.int().min(400).max(599)).min(1).optional(),
}).refine(({ codes, words, statuses }) => codes ?? words ?? statuses, 'expected codes, words or statuses');

/** Capabilities of models, for filters. */
const CAPABILITIES = ['tools', 'structured_outputs', 'reasoning', 'prefill', 'vision', 'fim'] as const;

const USD = z.number().min(0);
const RATES = {
  prompt: USD,
  completion: USD,
  cachedPrompt: USD.optional(),
  cacheWrite: USD.optional(),
  cacheWrite1h: USD.optional(),
  audioPrompt: USD.optional(),
  cachedAudioPrompt: USD.optional(),
  imagePrompt: USD.optional(),
  audioCompletion: USD.optional(),
  imageCompletion: USD.optional(),
  reasoning: USD.optional(),
};
const STEPPED_RATES = {
  ...RATES,
  above: z
    .array(closed({ promptTokens: z.int().positive(), ...RATES }))
    .min(1)
    .optional(),
};

/** Prices of a model. */
export const PRICE = closed({
  ...STEPPED_RATES,
  tiers: z.record(LOWER_CASE.min(1), closed(STEPPED_RATES)).optional(),
});

const TOKENS = z.int().positive();

/** How reasoning of a model is requested. */
const REASONING = z.union([
  z.boolean(),
  closed({
    efforts: z.array(z.string().min(1)).min(1).optional(),
    switch: z.literal(true).optional(),
    budget: closed({ minimum: z.int().min(0).optional(), maximum: TOKENS.optional() }).optional(),
  }),
]);

/** Facts about a model that lists state and an entry may correct. */
export const FACTS = {
  name: z.string().min(1).optional(),
  released: z.iso.date().optional(),
  expires: z.iso.date().optional(),
  status: z.enum(['beta', 'deprecated']).optional(),
  contextTokens: TOKENS.optional(),
  maxInputTokens: TOKENS.optional(),
  maxOutputTokens: TOKENS.optional(),
  input: z.array(z.string()).min(1).optional(),
  output: z.array(z.string()).min(1).optional(),
  tools: z.boolean().optional(),
  structuredOutputs: z.boolean().optional(),
  temperature: z.boolean().optional(),
  reasoning: REASONING.optional(),
  parameters: z.array(z.string().min(1)).optional(),
};

/** The retirement of a model. */
export const RETIRED = closed({ on: z.iso.date(), source: z.url(), instead: z.string().min(1).optional() });

/** A public slug. */
export const SLUG = z.string().regex(/^[^@/\s]+\/\S+$/, 'expected author/model');

const OFFERING = closed({
  slug: SLUG.optional(),
  id: z.string().min(1),
  aliases: z.array(z.string().min(1)).min(1).optional(),
  ...FACTS,
  // For a model in the list, the corrected prices are enough.
  priceUsdPerMillionTokens: PRICE.partial().optional(),
  priceUsdPerWebSearch: USD.max(1, 'expected USD for one search').optional(),
  hasRequestFee: z.literal(true).optional(),
  quantization: z.string().optional(),
  capabilities: z.array(z.enum(CAPABILITIES)).min(1).optional(),
  retired: RETIRED.optional(),
  source: z.url().optional(),
  checked: z.iso.date().optional(),
}).superRefine(({ retired, source, checked }, context) => {
  if (retired !== undefined) return;
  if (source === undefined) context.addIssue({ code: 'custom', path: ['source'], message: 'expected the address where that is written' });
  if (checked === undefined) context.addIssue({ code: 'custom', path: ['checked'], message: 'expected the day it was last known' });
});

/** A valid provider file. */
export type ProviderFile = z.infer<ReturnType<typeof providerFileSchema>>;
