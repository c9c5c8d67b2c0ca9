/** All commands, in the order of the help. A new command is a file beside this one and a line here. */
import type { RegisterCommand } from '../cli.ts';
import { registerCatalog } from './catalog.ts';
import { registerCompletion } from './completion.ts';
import { registerDemo } from './demo.ts';
import { registerDev } from './dev.ts';
import { registerDoctor } from './doctor.ts';
import { registerExplain } from './explain.ts';
import { registerKeys } from './keys.ts';
import { registerModels } from './models.ts';
import { registerProvider } from './provider.ts';
import { registerStart } from './start.ts';

export const COMMANDS: readonly RegisterCommand[] = [
  registerDev,
  registerStart,
  registerDemo,
  registerExplain,
  registerModels,
  registerKeys,
  registerProvider,
  registerCatalog,
  registerDoctor,
  registerCompletion,
];
