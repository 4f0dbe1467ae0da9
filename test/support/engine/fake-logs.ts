/** Split logs for tests of sources: records as `[ts, at]`, readable once `at` has come. */
import type { Polled, SourcePort } from '../../../src/engine/world/world.ts';
import type { SourceRecord } from '../../../src/model/workload.ts';

export class FakeLogs implements SourcePort {
  private readonly logs = new Map<string, { records: SourceRecord[]; closed: boolean }>();
  private readonly nowMs: () => number;
  private ids = 0;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  /** Adds records with these event times, readable now; `closed`: none will follow. */
  put(split: string, times: readonly number[], closed: boolean = false): void {
    const log = this.logs.get(split) ?? { records: [], closed: false };
    for (const ts of times) {
      const id = this.ids++;
      log.records.push({ id, at: this.nowMs(), ts, key: 'k', value: { id } });
    }
    this.logs.set(split, { records: log.records, closed });
  }

  poll(split: string, offset: number, recordsMax: number): Polled {
    const { records, closed } = this.logs.get(split) ?? { records: [], closed: false };
    const found = records.slice(offset, offset + recordsMax);
    const ended = closed && offset + found.length === records.length;
    return { records: found, ended, retryInMs: null };
  }
}
