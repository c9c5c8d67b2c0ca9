/** A whole answer with its blocks grouped as OpenAI's formats group them, beside the blocks: what most tests look at. */
import { groupBlocks, type GroupedBlocks } from '../../src/dialects/openai-common/client/group-blocks.ts';
import type { CollectedChoice, Result } from '../../src/unified/response/result.ts';

/** A choice with its blocks and their groups. */
type GroupedChoice = CollectedChoice & GroupedBlocks;

/** An answer whose choices are grouped. */
export type GroupedResult = Omit<Result, 'choices'> & { choices: GroupedChoice[] };

/** Groups the blocks of each choice. */
export const groupResult = (result: Result): GroupedResult => ({
  ...result,
  choices: result.choices.map((choice) => ({ ...choice, ...groupBlocks(choice.blocks) })),
});
