/** A rule in words. */
import { Facts, type Fact } from '../../parts/facts.tsx';
import type { ParameterRule, RuleOrigin } from '../../../fitting/describe-rules.ts';

const ORIGINS: Readonly<Record<RuleOrigin, string>> = {
  file: 'the provider’s file',
  format: 'the wire format',
  model: 'what is known of the model',
  learned: 'an answer of the provider, which refused it a short while ago',
};

/** Lists every word of a rule. @param rule undefined = the provider has none, and the parameter is not sent. */
export function RuleFacts({ rule }: { rule: ParameterRule | undefined }) {
  if (rule === undefined) return <p>Not sent: neither the provider’s file nor the wire format has it.</p>;
  const { accepted, emulated, reason, from, ...words } = rule;
  const facts: Fact[] = [
    ['Sent', accepted ? 'yes' : 'no'],
    ...(emulated === true ? [['By the router', accepted ? 'what the provider does not do' : 'all of it'] as const] : []),
    ...Object.entries(words).map(
      ([name, value]) => [name, <code key="value">{typeof value === 'string' ? value : JSON.stringify(value)}</code>] as const,
    ),
    ['Reason', reason ?? 'No value is changed.'],
    ['Stated in', ORIGINS[from]],
  ];
  return <Facts facts={facts} />;
}
