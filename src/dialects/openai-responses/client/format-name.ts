/** Name of this format: its folder in `dialects/`. */
export const FORMAT = 'openai-responses';
