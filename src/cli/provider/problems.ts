/** Problems of provider files. Pure. */
import type { Problem } from '../../registry/compile.ts';

/** The provider whose file has a problem: `providers/novita.jsonc` and `providers/models/novita.json` are novita's. */
export const slugIn = ({ path }: Pick<Problem, 'path'>): string => (path.split('/').at(-1) ?? path).replace(/\.[^.]*$/, '');

/** Problems of one provider, or of all. */
export const problemsOf = (problems: readonly Problem[], slug: string | undefined): readonly Problem[] =>
  slug === undefined ? problems : problems.filter((problem) => slugIn(problem) === slug);
