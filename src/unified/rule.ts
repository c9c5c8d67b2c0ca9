/**
 * A rule describes what an upstream accepts for one parameter, with the field names of a provider file. `fitting/fit-value.ts` applies rules,
 * `registry/schema.ts` checks them.
 */

/** JSON types of a rule. */
export type RuleType = 'number' | 'integer' | 'string' | 'boolean' | 'array' | 'object';

/** Bounds of a parameter while another one lies within `when`. */
type Narrowing = { with: string; when: Bounds; to: Bounds };

/** Bounds of a range, inclusive. */
export type Bounds = { minimum?: number; maximum?: number };

/** Keywords of JSON Schema, and nine additions: `name`, `values`, `required`, `requiredWith`, `conflictsWith`, `emulate`, `onlyWith`,
 * `below`, `narrowed`. An empty rule accepts anything. */
export type Rule = {
  type?: RuleType | RuleType[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  /** Values are multiples of this; also the step used to move into an open interval (default 0.01, 1 for integers). */
  multipleOf?: number;
  /** Accepted values. An object is compared by its `type` (`response_format`, `tool_choice`). */
  enum?: (string | number | boolean)[];
  /** Longest array, or most entries of a map. */
  maxItems?: number;
  /** Longest string, in UTF-16 units. */
  maxLength?: number;
  /** The provider's default when the field is absent. Informative; never sent. */
  default?: unknown;
  /** The field's name on the wire, if it differs from the parameter's. */
  name?: string;
  /** Values on the wire: `{"true": {"type": "enabled"}}`. A value that is not listed is sent unchanged. */
  values?: Readonly<Record<string, unknown>>;
  /** The provider rejects a request without it. If the client sends none, the model's limit or `default` is sent and reported. */
  required?: boolean;
  /** The provider rejects a request with one of these parameters and without this one. It is then sent as for `required`. */
  requiredWith?: string[];
  /** Parameters that cannot be sent together with this one; `stream` counts as one. This one is then left out. */
  conflictsWith?: string[];
  /**
   * Accepts this parameter only if others are sent with one of these values: `{"reasoning_effort": ["none"]}`. A default of the provider
   * does not count, because it may change.
   */
  onlyWith?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  /** A parameter that must be larger than this one, if both are sent. */
  below?: string;
  /** Other bounds while another parameter is within `when`: `n` is 1 if `temperature` is at most 0. */
  narrowed?: readonly Narrowing[];
  /** True = the router emulates it, although the provider has the field. */
  emulate?: boolean;
};

/** `false`: not accepted. */
export type RuleOrNot = Rule | false;

/** Rules by parameter name. */
export type Rules = { readonly [param: string]: RuleOrNot };
