/** The tool of the scripted conversation, for `@openai/agents`. */
import { tool } from '@openai/agents';
import { z } from 'zod';
import { WEATHER, WORDS } from './scripted.ts';

/** @param cities gets the city of each call. */
export function weatherTool(cities: string[]) {
  return tool({
    name: WEATHER.name,
    description: WEATHER.description,
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => {
      cities.push(city);
      return WORDS.result;
    },
  });
}
