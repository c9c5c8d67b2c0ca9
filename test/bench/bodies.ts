/** Bodies of requests, as large as they are asked to be. */
import { prose } from './script.ts';

/** Two short messages. */
export const HELLO = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Tell me about two rivers.' },
  ],
};

/** A conversation of so many messages of so many characters. */
export const history = (messages: number, characters: number) => ({
  messages: Array.from({ length: messages }, (_, place) => ({ role: place % 2 === 0 ? 'user' : 'assistant', content: prose(characters) })),
});

/** So many tools. */
export const tools = (count: number) => ({
  ...HELLO,
  tools: Array.from({ length: count }, (_, place) => ({
    type: 'function',
    function: {
      name: `measure_river_${place}`,
      description: prose(120),
      parameters: {
        type: 'object',
        properties: {
          river: { type: 'string', description: 'Its name.' },
          unit: { type: 'string', enum: ['m3/s', 'l/s'] },
          at: { type: 'object', properties: { lat: { type: 'number' }, lon: { type: 'number' } }, required: ['lat', 'lon'] },
        },
        required: ['river'],
      },
    },
  })),
});

/** A turn of so many tool calls and their results. Their ids become one where only letters, digits, _ and - are taken. */
export const calls = (count: number) => {
  const ids = Array.from({ length: count }, (_, place) => place.toString(2).padStart(16, '0').replaceAll('0', '.').replaceAll('1', ':'));
  const called = ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } }));
  const results = ids.map((id) => ({ role: 'tool', tool_call_id: id, content: 'done' }));
  return { messages: [...HELLO.messages, { role: 'assistant', content: null, tool_calls: called }, ...results] };
};

/** A message of so many fields that no format knows. */
export const strangeFields = (count: number) => {
  const fields = Object.fromEntries(Array.from({ length: count }, (_, place) => [`field_${place}`, 1]));
  return { messages: [{ role: 'user', content: 'Tell me about two rivers.', ...fields }] };
};

/** A message of so many texts. */
export const parts = (count: number) => ({
  messages: [{ role: 'user', content: Array.from({ length: count }, () => ({ type: 'text', text: 'Tell me about two rivers.' })) }],
});
