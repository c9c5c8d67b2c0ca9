/** The bodies of Responses of which a unified request keeps everything. */
import { ofType, withFields, type Shape } from '../../shared/body-shape.ts';

const partsOf = (...types: readonly string[]): Shape => ({ list: { oneOf: types.map((type) => ofType(type, { text: 'scalar' })) } });
const IMAGE: Shape = ofType('input_image', { image_url: 'scalar', detail: 'scalar' });

const messageOf = (role: string, parts: Shape): Shape =>
  withFields({ type: { is: ['message'] }, role: { is: [role] }, content: { oneOf: ['scalar', parts] } });

const ITEM: Shape = {
  oneOf: [
    messageOf('user', { list: { oneOf: [ofType('input_text', { text: 'scalar' }), IMAGE] } }),
    messageOf('system', partsOf('input_text')),
    messageOf('developer', partsOf('input_text')),
    messageOf('assistant', partsOf('output_text')),
    ofType('function_call', { call_id: 'scalar', name: 'scalar', arguments: 'scalar' }),
    ofType('function_call_output', { call_id: 'scalar', output: 'scalar' }),
  ],
};

const SCHEMA = { name: 'scalar', description: 'scalar', schema: 'any', strict: 'scalar' } as const;

/** See `ClientFormat.neutralBody`. */
export const NEUTRAL_BODY: Shape = withFields({
  model: 'scalar',
  input: { oneOf: ['scalar', { list: ITEM }] },
  instructions: 'scalar',
  max_output_tokens: 'scalar',
  temperature: 'scalar',
  top_p: 'scalar',
  presence_penalty: 'scalar',
  frequency_penalty: 'scalar',
  service_tier: 'scalar',
  tools: { list: ofType('function', { name: 'scalar', description: 'scalar', parameters: 'any' }) },
  tool_choice: { oneOf: ['scalar', ofType('function', { name: 'scalar' })] },
  parallel_tool_calls: 'scalar',
  reasoning: withFields({ effort: 'scalar' }),
  text: withFields({
    format: { oneOf: [ofType('text', {}), ofType('json_object', {}), ofType('json_schema', SCHEMA)] },
    verbosity: 'scalar',
  }),
});
