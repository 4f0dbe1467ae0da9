/**
 * `tidemark list`: the scenarios and what each verifies.
 */
import { scenarioModules } from '../../config/load-config.ts';
import { loadScenarios } from '../../config/load-scenarios.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { wrap } from '../frame/wrap.ts';

export async function list({ options, io }: CommandContext): Promise<number> {
  const scenarios = await loadScenarios(await scenarioModules(options.config));
  if (options.json) {
    const rows = scenarios.map(({ id, title, describes, promises, sometimes }) => ({
      id,
      title,
      describes,
      promises,
      sometimes: sometimes.map(({ name }) => name),
    }));
    io.out(`${JSON.stringify({ schemaVersion: 1, scenarios: rows }, null, 2)}\n`);
    return exitCodes.valid;
  }
  for (const { id, title, describes, promises } of scenarios) {
    const promised = wrap(`promises: ${promises.join(', ')}`, 4);
    io.out(`${id}\n  ${title}\n${wrap(describes, 4)}\n${promised}\n\n`);
  }
  return exitCodes.valid;
}
