/**
 * What the runs of a campaign ran on, where that is more than the name of the subject says: the
 * store behind the sinks may differ from run to run.
 */
import type { RunResult } from '../result.ts';
import { plural } from './plural.ts';

/** "3 runs on …; 1 run on …"; null for the simulator, which is always the same. */
export function ranOnText({ subject, scenarios }: RunResult): string | null {
  if (subject.startsWith('simulator')) return null;
  const runs = new Map<string, number>();
  for (const { ranOn } of scenarios) {
    for (const part of ranOn ?? []) {
      runs.set(part.subject, (runs.get(part.subject) ?? 0) + part.runs);
    }
  }
  const parts = [...runs].map(([name, count]) => `${plural(count, 'run')} on ${name}`);
  return parts.length === 0 ? null : parts.join('; ');
}
