/** A rule in words. */
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
  return (
    <dl class="facts">
      <dt>Sent</dt>
      <dd>{accepted ? 'yes' : 'no'}</dd>
      {emulated === true ? (
        <>
          <dt>By the router</dt>
          <dd>{accepted ? 'what the provider does not do' : 'all of it'}</dd>
        </>
      ) : null}
      {Object.entries(words).map(([name, value]) => (
        <>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>
            <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          </dd>
        </>
      ))}
      <dt>Reason</dt>
      <dd>{reason ?? 'No value is changed.'}</dd>
      <dt>Stated in</dt>
      <dd>{ORIGINS[from]}</dd>
    </dl>
  );
}
