/** A control for each unified parameter, in groups. All are unset at first: what is unset is not sent. */
import { useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import type { JsonObject } from '../../../lib/json.ts';
import { Field, type ControlProps } from '../../parts/field.tsx';
import { JsonField } from '../../parts/json-field.tsx';
import { optionsOf, Select } from '../../parts/select.tsx';
import {
  controlOf,
  describeAcceptance,
  describeRange,
  groupParameters,
  isForeign,
  parameterValue,
  rangeWarning,
  readTyped,
  shownValue,
  withParameter,
  type ParameterInfo,
} from './parameter-list.ts';
import type { Parameters } from './playground-api.ts';

type Props = { parameters: Parameters; request: JsonObject; onChange: (request: JsonObject) => void };

/** @param request has the values. */
export function ParameterControls({ parameters, request, onChange }: Props) {
  const [text, setText] = useState('');
  const groups = groupParameters(parameters.unified, text);
  return (
    <fieldset class="stack">
      <legend>Parameters</legend>
      <Field label="Search parameters" hint="What is not set is not sent.">
        {(props) => <input {...props} type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />}
      </Field>
      {groups.length === 0 ? <p class="soft">No parameter has this in its name or range.</p> : null}
      {groups.map((group) => {
        const count = group.parameters.filter(({ name }) => parameterValue(request, name) !== undefined).length;
        return (
          <details key={group.title} open={text !== '' || count > 0}>
            <summary>
              {group.title} {count === 0 ? null : <span class="tag">{count} set</span>}
            </summary>
            <div class="stack">
              {group.parameters.map((info) => (
                <ParameterControl
                  key={info.name}
                  info={info}
                  value={parameterValue(request, info.name)}
                  accepted={describeAcceptance(info.name, parameters.providers)}
                  onChange={(value) => onChange(withParameter(request, info.name, value))}
                />
              ))}
            </div>
          </details>
        );
      })}
    </fieldset>
  );
}

type ControlInfo = { info: ParameterInfo; value: unknown; accepted: readonly string[]; onChange: (value: unknown) => void };

function ParameterControl({ info, value, accepted, onChange }: ControlInfo) {
  const [error, setError] = useState<string | null>(null);
  const range = describeRange(info);
  if (controlOf(info) === 'json')
    return (
      <div>
        <JsonField label={`${info.name} (JSON)`} hint={[range, ...accepted].join(' · ')} value={value} onChange={onChange} rows={2} />
      </div>
    );
  const change = (text: string) => {
    const typed = readTyped(info, text);
    setError(typed.error);
    if (typed.error === null) onChange(typed.value);
  };
  const hint = (
    <>
      {range}
      {accepted.map((line) => (
        <span key={line} class="line">
          {line}
        </span>
      ))}
    </>
  );
  return (
    <Field label={<code>{info.name}</code>} hint={hint} error={error ?? rangeWarning(info, value)}>
      {(props) =>
        isForeign(info, value) ? (
          <span {...props}>
            <code>{JSON.stringify(value)}</code> is edited in the JSON view.{' '}
            <Button onClick={() => onChange(undefined)}>Remove {info.name}</Button>
          </span>
        ) : (
          <ValueControl props={props} info={info} value={value} onText={change} />
        )
      }
    </Field>
  );
}

type ValueProps = { props: ControlProps; info: ParameterInfo; value: unknown; onText: (text: string) => void };

function ValueControl({ props, info, value, onText }: ValueProps) {
  const shown = shownValue(info, value);
  const control = controlOf(info);
  if (control === 'switch' || control === 'choice')
    return (
      <Select
        {...props}
        options={optionsOf(control === 'switch' ? ['true', 'false'] : (info.values ?? []), 'not set')}
        value={shown}
        onChoose={onText}
      />
    );
  if (control === 'text') return <input {...props} type="text" value={shown} onInput={(event) => onText(event.currentTarget.value)} />;
  const { minimum, maximum, type } = info;
  const step = type === 'integer' ? 1 : 0.1; // of the arrow keys: any other value can be typed
  return (
    <span class="row">
      <input
        {...props}
        type="number"
        step={step}
        {...(minimum === undefined ? {} : { min: minimum })}
        {...(maximum === undefined ? {} : { max: maximum })}
        value={shown}
        placeholder="not set"
        onInput={(event) => onText(event.currentTarget.validity.badInput ? 'x' : event.currentTarget.value)}
      />
      {minimum === undefined || maximum === undefined ? null : (
        <input
          type="range"
          aria-label={`${info.name}, ${minimum} to ${maximum}`}
          min={minimum}
          max={maximum}
          step={type === 'integer' ? 1 : (maximum - minimum) / 100}
          value={typeof value === 'number' ? value : typeof info.neutral === 'number' ? info.neutral : minimum}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
    </span>
  );
}
