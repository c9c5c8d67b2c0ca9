/** The messages of chat completions of which turns keep everything. All other fields of a body are parameters. */
import { ofType, withFields, type Shape } from '../../shared/body-shape.ts';

const IMAGE: Shape = ofType('image_url', { image_url: withFields({ url: 'scalar', detail: 'scalar' }) });
const CONTENT: Shape = { oneOf: ['scalar', { list: { oneOf: [ofType('text', { text: 'scalar' }), IMAGE] } }] };
const CALL: Shape = ofType('function', { id: 'scalar', function: withFields({ name: 'scalar', arguments: 'scalar' }) });

/** See `ClientFormat.neutralBody`. */
export const NEUTRAL_BODY: Shape = withFields({
  messages: {
    list: {
      oneOf: [
        withFields({ role: { is: ['system', 'developer', 'user', 'assistant'] }, content: CONTENT, tool_calls: { list: CALL } }),
        withFields({ role: { is: ['tool'] }, content: CONTENT, tool_call_id: 'scalar' }),
      ],
    },
  },
});
