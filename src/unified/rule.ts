/**
 * What an upstream accepts for one parameter, in the words of a provider file.
 * Pure description: applying a rule is `fitting/fit-value.ts`, checking a file is `registry/schema.ts`.
 */

/** JSON types a rule can ask for. */
export type RuleType = 'number' | 'integer' | 'string' | 'boolean' | 'array' | 'object';

/** Bounds of a parameter while another one lies within `when`. */
type Narrowing = { with: string; when: Bounds; to: Bounds };

/** Ends of a range, both included. */
export type Bounds = { minimum?: number; maximum?: number };

/** The words of JSON Schema, and nine of ours: `name`, `values`, `required`, `requiredWith`, `conflictsWith`,
 * `emulate`, `onlyWith`, `below`, `narrowed`. An empty rule accepts anything. */
export type Rule = {
  type?: RuleType | RuleType[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  /** Values are multiples of this; also the step used to move into an open interval (default 0.01, 1 for integers). */
  multipleOf?: number;
  /** Accepted values. An object is judged by its `type` (`response_format`, `tool_choice`). */
  enum?: (string | number | boolean)[];
  /** Longest array, or most entries of a map. */
  maxItems?: number;
  /** Longest string, in UTF-16 units. */
  maxLength?: number;
  /** What the provider uses when the field is absent. For people; never sent. */
  default?: unknown;
  /** The field's name on the wire, where it is not the parameter's own. */
  name?: string;
  /** What is written on the wire for a value: `{"true": {"type": "enabled"}}`. A value that is not listed is written as it is. */
  values?: Readonly<Record<string, unknown>>;
  /** The provider refuses a request without it: where the client sends none, the model's own limit or `default` is sent, and reported. */
  required?: boolean;
  /** The provider refuses a request with one of these parameters and without this one. What is sent then is as for `required`. */
  requiredWith?: string[];
  /** Parameters that may not be sent together with this one; `stream` counts as one. This one is then left out. */
  conflictsWith?: string[];
  /**
   * Values of other parameters beside which alone this one is accepted: `{"reasoning_effort": ["none"]}`. They must be sent: what a
   * provider does by default may change.
   */
  onlyWith?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  /** A parameter that this one stays below, where both are sent. */
  below?: string;
  /** Other bounds where another parameter is sent within bounds: `n` is 1 where `temperature` is at most 0. */
  narrowed?: readonly Narrowing[];
  /** The router does it itself, although the provider has the field. */
  emulate?: boolean;
};

/** `false`: not accepted at all. */
export type RuleOrNot = Rule | false;

/** Rules by parameter name. */
export type Rules = { readonly [param: string]: RuleOrNot };
