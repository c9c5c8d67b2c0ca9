/**
 * The shape of a provider file: strict, so that a misspelt key is an error and not a rule that never applies.
 * The names of dialects and quirks come in from outside: the registry knows no wire format.
 */
import * as z from 'zod';

const RULE_TYPE = z.enum(['number', 'integer', 'string', 'boolean', 'array', 'object']);

/** A closed object whose error for a misspelt key names the keys there are. */
function closed<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `unknown key; expected one of ${names}` : undefined),
  });
}

const RULE = closed({
  type: z.union([RULE_TYPE, z.array(RULE_TYPE).min(1)]).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  multipleOf: z.number().positive().optional(),
  enum: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional(),
  maxItems: z.int().min(1).optional(),
  maxLength: z.int().min(1).optional(),
  default: z.unknown().optional(),
  name: z.string().min(1).optional(),
  conflictsWith: z.array(z.string().min(1)).min(1).optional(),
  emulate: z.boolean().optional(),
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

/** Words that only the wire formats can supply. */
export type DialectWords = {
  /** Name of a dialect to what its file entries may say. */
  readonly [dialect: string]: { operation: string; quirks: readonly string[] };
};

const ROLES = closed({ developer: z.string().optional(), system: z.string().optional() });

/** The schema, given the dialects that exist and the chat templates they know. */
export function providerFileSchema(dialects: DialectWords, templates: readonly string[]) {
  const quirks = [...new Set(Object.values(dialects).flatMap((dialect) => dialect.quirks))];
  const QUIRKS = z.array(z.enum(quirks as [string, ...string[]]));
  const TEMPLATE = z.enum(templates as [string, ...string[]]);

  const operation = (name: string) =>
    closed({
      dialect: z.enum(Object.keys(dialects).filter((dialect) => dialects[dialect]?.operation === name) as [string, ...string[]]),
      path: z.string().startsWith('/').optional(),
      onlyModels: z.array(z.string().min(1)).min(1).optional(),
      template: TEMPLATE.optional(),
      prompts: z
        .array(z.enum(['text', 'texts', 'tokens', 'token-lists']))
        .min(1)
        .optional(),
      roles: ROLES.optional(),
      messageFields: z.array(z.string().min(1)).optional(),
      quirks: QUIRKS.optional(),
      parameters: PARAMETERS.optional(),
      byModel: z
        .record(
          z.string().min(1),
          closed({ parameters: PARAMETERS.optional(), quirks: QUIRKS.optional(), template: TEMPLATE.optional(), roles: ROLES.optional() }),
        )
        .optional(),
    });

  return closed({
    $schema: z.string().optional(),
    name: z.string().min(1),
    docs: z.url({ protocol: /^https?$/ }),
    baseUrl: z.url({ protocol: /^https?$/ }).optional(),
    auth: closed({
      scheme: z.enum(['bearer', 'none']),
      secret: z
        .string()
        .regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of a variable, such as NOVITA_API_KEY')
        .optional(),
      optional: z.boolean().optional(),
    }),
    discontinued: z.string().min(1).optional(),
    operations: closed({ chat: operation('chat').optional(), completions: operation('completions').optional() }).refine(
      (operations) => operations.chat !== undefined || operations.completions !== undefined,
      'expected chat, completions or both',
    ),
    models: z.array(OFFERING),
  });
}

const OFFERING = closed({
  slug: z.string().regex(/^[^@/\s]+\/\S+$/, 'expected author/model'),
  id: z.string().min(1),
  name: z.string().min(1).optional(),
  contextTokens: z.int().positive().optional(),
  maxOutputTokens: z.int().positive().optional(),
  input: z.array(z.string()).min(1).optional(),
  output: z.array(z.string()).min(1).optional(),
  priceUsdPerMillionTokens: closed({
    prompt: z.number().min(0),
    completion: z.number().min(0),
    cachedPrompt: z.number().min(0).optional(),
    cacheWrite: z.number().min(0).optional(),
  }).optional(),
  quantization: z.string().optional(),
  source: z.url(),
  checked: z.iso.date(),
});

/** A provider file, checked. */
export type ProviderFile = z.infer<ReturnType<typeof providerFileSchema>>;
