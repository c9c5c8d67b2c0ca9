/** Decides which requests reach an upstream of the client's own format as they are. Pure. */
import { nativeDialect } from '../dialects/index.ts';
import type { OperationRules } from '../registry/provider.ts';
import { editsOf } from '../unified/request/edits.ts';
import type { NativeRequest, UnifiedRequest } from '../unified/request/request.ts';

/**
 * Returns the body that an endpoint with these rules gets as it is; null where the request is fitted. Answers of several models become choices
 * of one answer, for which no upstream's own payload stands.
 */
export function nativeFor({ native, input, askAll }: UnifiedRequest, rules: OperationRules): NativeRequest | null {
  if (native === null || askAll || input.kind !== 'messages' || nativeDialect(rules, native) === null) return null;
  if (native.needs !== undefined && !rules.quirks.includes(native.needs)) return null;
  return editsOf(input.conversation)?.source.format === native.format ? native : null;
}
