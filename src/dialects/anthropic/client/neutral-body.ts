/** The bodies of Messages of which a unified request keeps everything. */
import { ofType, withFields, type Shape } from '../../shared/body-shape.ts';

const TEXT: Shape = ofType('text', { text: 'scalar' });
const IMAGE: Shape = ofType('image', {
  source: { oneOf: [ofType('base64', { media_type: 'scalar', data: 'scalar' }), ofType('url', { url: 'scalar' })] },
});
const CALL: Shape = ofType('tool_use', { id: 'scalar', name: 'scalar', input: 'any' });
const RESULT: Shape = ofType('tool_result', {
  tool_use_id: 'scalar',
  content: { oneOf: ['scalar', { list: { oneOf: [TEXT, IMAGE] } }] },
  is_error: 'scalar',
});

/** See `ClientFormat.neutralBody`. */
export const NEUTRAL_BODY: Shape = withFields({
  model: 'scalar',
  max_tokens: 'scalar',
  messages: {
    list: withFields({
      role: { is: ['user', 'assistant'] },
      content: { oneOf: ['scalar', { list: { oneOf: [TEXT, IMAGE, CALL, RESULT] } }] },
    }),
  },
  system: { oneOf: ['scalar', { list: TEXT }] },
  temperature: 'scalar',
  top_p: 'scalar',
  top_k: 'scalar',
  stop_sequences: { list: 'scalar' },
  tools: { list: withFields({ type: { is: ['custom'] }, name: 'scalar', description: 'scalar', input_schema: 'any' }) },
  tool_choice: withFields({ type: 'scalar', name: 'scalar', disable_parallel_tool_use: 'scalar' }),
  thinking: ofType('enabled', { budget_tokens: 'scalar' }),
});
