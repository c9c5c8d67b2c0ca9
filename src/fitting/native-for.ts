/** Decides which requests reach an upstream of the client's own format as they are. Pure. */
import { nativeDialect } from '../dialects/index.ts';
import type { KnownRefusals } from '../ports.ts';
import type { OperationRules } from '../registry/provider.ts';
import { editsOf } from '../unified/request/edits.ts';
import type { NativeRequest, UnifiedRequest } from '../unified/request/request.ts';

/** An endpoint: its rules, and what it rejected recently. */
type Endpoint = { rules: OperationRules; knownRefusals: KnownRefusals };

/** Name under which it is remembered that an endpoint lacks the address for such bodies. No parameter has it. */
export const bodyOf = ({ format, subPath = '' }: Pick<NativeRequest, 'format' | 'subPath'>): string => `body of ${format}${subPath}`;

/**
 * Returns the body that an endpoint gets as it is; null where the request is fitted. Answers of several models become choices
 * of one answer, for which no upstream's own payload stands.
 */
export function nativeFor({ native, input, askAll }: UnifiedRequest, { rules, knownRefusals }: Endpoint): NativeRequest | null {
  if (native === null || askAll || input.kind !== 'messages' || nativeDialect(rules, native) === null) return null;
  if (knownRefusals.has(bodyOf(native))) return null;
  if (native.needs !== undefined && !rules.quirks.includes(native.needs)) return null;
  return editsOf(input.conversation)?.source.format === native.format ? native : null;
}
