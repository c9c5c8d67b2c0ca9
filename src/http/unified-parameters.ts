/** Describes the unified parameters as data, from the checks of a request: the two cannot differ. */
import { arrayOf, isObject, type JsonObject } from '../lib/json.ts';
import { jsonSchemaOf } from '../unified/request/json-schema.ts';
import { PARAMETERS, type Operation, type Parameter } from '../unified/request/parameters.ts';

/**
 * A unified parameter, or a part of `reasoning`. `expected`: in words, as errors have it; absent for a part. `values`: all that there are; absent
 * = not a closed list. `neutral`: the value without effect; absent = it has none, or an empty one. `maxLength`: in UTF-16 units.
 */
export type UnifiedParameter = {
  name: string;
  expected?: string;
  type?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  values?: readonly string[];
  neutral?: string | number | boolean;
};

/** Describes the parameters of an operation, and the parts of `reasoning`. */
export const describeUnified = (operation: Operation): UnifiedParameter[] =>
  Object.entries(PARAMETERS[operation]).flatMap(([name, parameter]) => describeOne(name, parameter));

/** Describes a parameter from its check; of `reasoning` its parts too. */
function describeOne(name: string, { schema, expected, neutral }: Parameter): UnifiedParameter[] {
  const checked = jsonSchemaOf(schema());
  const parts = isObject(checked['properties']) ? Object.entries(checked['properties']) : [];
  return [
    { name, expected, ...boundsIn(checked), ...(neutral === undefined ? {} : { neutral }) },
    ...parts.map(([part, either]) => ({ name: `${name}.${part}`, ...boundsIn(notNull(either)) })),
  ];
}

/** The schema of a value that may be null. */
const notNull = (schema: unknown): JsonObject => (isObject(schema) ? (arrayOf(schema['anyOf']).find(isObject) ?? schema) : {});

function boundsIn({ type, minimum, maximum, enum: values, maxLength }: JsonObject): Omit<UnifiedParameter, 'name'> {
  const first = [type].flat().find((one) => one !== 'null');
  return {
    ...(typeof first === 'string' ? { type: first } : {}),
    ...(isBound(minimum) ? { minimum } : {}),
    ...(isBound(maximum) ? { maximum } : {}),
    ...(isBound(maxLength) ? { maxLength } : {}),
    ...(Array.isArray(values) ? { values: values.map(String) } : {}),
  };
}

/** An integer that a double can hold is no limit that a client has to know. */
const isBound = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER;
