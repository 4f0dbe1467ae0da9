/**
 * Worker pools over the fake subject.
 */
import { WorkerPool } from '../../../harness/workers/pool.ts';
import { threadChannel } from '../../../harness/workers/worker-link.ts';
import type { VerifySettings } from '../../../harness/campaign/verify-settings.ts';
import type { EvidenceStore } from '../../../harness/store/evidence-store.ts';
import { catalog } from './scenarios.ts';

/** Threads with their own copies of the fake subject. */
export function fakePool(workers: number): WorkerPool {
  return new WorkerPool(workers, () =>
    threadChannel({
      subject: new URL('subject.ts', import.meta.url).href,
      scenarios: [new URL('scenarios.ts', import.meta.url).href],
    }),
  );
}

/** Settings for a campaign over the fake scenarios named. */
export function fakeSettings(
  ids: readonly string[],
  changes: Partial<VerifySettings> = {},
): VerifySettings {
  return {
    scenarios: catalog.filter(({ id }) => ids.includes(id)),
    seed: 7,
    runs: 60,
    timeBudgetMs: null,
    shard: null,
    bail: false,
    regressions: { found: [], skipped: [] },
    store: null,
    shrinkRunsMax: 400,
    runId: 'test',
    tool: 'tidemark test',
    subject: 'fake',
    bug: null,
    ...changes,
  };
}

/** An evidence store in memory. */
export function memoryStore(): EvidenceStore & { readonly files: Map<string, string> } {
  const files = new Map<string, string>();
  const put = (name: string, text: string): string => {
    files.set(name, text);
    return name;
  };
  return { files, write: put, saveRegression: (name, text) => put(`regressions/${name}`, text) };
}

/** Hooks that watch nothing. */
export const quietHooks = { onProgress: (): void => undefined, interrupted: (): boolean => false };
