/** Name of this format, for clients and upstreams: its folder in `dialects/`. */
export const FORMAT = 'openai-responses';
