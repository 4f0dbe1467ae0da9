/**
 * Run as a process of its own: prints `scenario run digest` for the histories of the first cases of
 * every scenario. Arguments: campaign seed, runs per scenario.
 */
import { digest64 } from '../../../src/base/hash.ts';
import { catalog } from '../../../scenarios/catalog/index.ts';
import { historyText } from './runs.ts';

const [seed, runs] = process.argv.slice(2).map(Number) as [number, number];
const lines: string[] = [];
for (const scenario of catalog) {
  for (let run = 0; run < runs; run++) {
    lines.push(`${scenario.id} ${run} ${digest64(historyText(scenario.generate(seed, run)))}`);
  }
}
process.stdout.write(`${lines.join('\n')}\n`);
