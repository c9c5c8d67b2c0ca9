/** Order of test files: the slow ones of each project begin first, so that no worker is left with one while the others have ended. No test of its own. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longer than their size suggests, which is all that Vitest knows of them in a clean clone. */
const SLOW = [
  'e2e/heap',
  'e2e/start',
  'e2e/dev',
  'e2e/cli/pipes',
  'e2e/provider-add',
  'e2e/stored-catalog',
  'e2e/doctor',
  'e2e/crash',
  'e2e/models-sync',
  'e2e/secrets-at-rest',
  'e2e/demo',
  'e2e/soak',
  'http/hostile-fields',
  'routing/request-work',
  'budget/budget',
  'dialects/many-parts',
].map((name) => `/test/${name}.test.ts`);

/** Vitest's order, with the slow files of a project before its others. */
export class SlowFirst extends BaseSequencer {
  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specs);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return projects.flatMap((project) => {
      const own = sorted.filter((spec) => spec.project === project);
      const slow = SLOW.flatMap((name) => own.filter(({ moduleId }) => moduleId.endsWith(name)));
      return [...slow, ...own.filter((spec) => !slow.includes(spec))];
    });
  }
}
