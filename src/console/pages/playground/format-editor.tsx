/** Edits the tools and the response format of a request. */
import { Button } from '../../parts/button.tsx';
import { isObject, type JsonObject } from '../../../lib/json.ts';
import { JsonField } from '../../parts/json-field.tsx';
import { optionsOf, SelectField } from '../../parts/select.tsx';
import { withField } from './state.ts';

/** A first tool to be changed. */
const EXAMPLE_TOOL = {
  type: 'function',
  function: {
    name: 'get_water_level',
    description: 'Returns the water level of a river in metres.',
    parameters: { type: 'object', properties: { river: { type: 'string' } }, required: ['river'], additionalProperties: false },
  },
};

/** A first schema to be changed. */
const EXAMPLE_FORMAT = {
  type: 'json_schema',
  json_schema: {
    name: 'answer',
    strict: true,
    schema: { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'], additionalProperties: false },
  },
};

/** Formats without further fields. */
const PLAIN_FORMATS = ['text', 'json_object'];

type Props = { request: JsonObject; onChange: (request: JsonObject) => void };

/** Tools as JSON. What is wrong with one, the router says with the name of its field. */
export function ToolsEditor({ request, onChange }: Props) {
  const { tools } = request;
  const set = (value: unknown) => onChange(withField(request, 'tools', value));
  return (
    <details open={tools !== undefined}>
      <summary>Tools {Array.isArray(tools) ? <span class="tag">{tools.length}</span> : null}</summary>
      <div class="stack">
        <JsonField label="Tools (JSON)" value={tools} onChange={set} rows={3} />
        <div>
          <Button onClick={() => set([...(Array.isArray(tools) ? tools : []), EXAMPLE_TOOL])}>Add an example tool</Button>
        </div>
      </div>
    </details>
  );
}

/** The format of the answer: a choice, and the schema as JSON. */
export function FormatEditor({ request, onChange }: Props) {
  const format = request['response_format'];
  const type = isObject(format) ? String(format['type'] ?? '') : '';
  const set = (value: unknown) => onChange(withField(request, 'response_format', value));
  const choose = (name: string) => set(name === '' ? undefined : name === 'json_schema' ? EXAMPLE_FORMAT : { type: name });
  const isPlain = format === undefined || (isObject(format) && PLAIN_FORMATS.includes(type) && Object.keys(format).length === 1);
  return (
    <details open={format !== undefined}>
      <summary>Response format {type === '' ? null : <span class="tag">{type}</span>}</summary>
      <div class="stack">
        <SelectField
          label="Format"
          options={optionsOf(
            [...PLAIN_FORMATS, 'json_schema', type].filter((name) => name !== ''),
            'not set',
          )}
          value={type}
          onChoose={choose}
        />
        {isPlain ? null : <JsonField label="Format (JSON)" value={format} onChange={set} />}
      </div>
    </details>
  );
}
