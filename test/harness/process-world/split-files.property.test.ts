import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  createSplitFiles,
  endMark,
  splitFile,
  splitLine,
} from '../../../harness/process-world/split-files.ts';
import type { SourceRecord } from '../../../src/model/workload.ts';

const runs = Math.round(60 * Number(process.env['TIDEMARK_TEST_RUNS'] ?? 1));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'splits-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const split = 'a/b ü';

const recordsArbitrary: fc.Arbitrary<SourceRecord[]> = fc.array(
  fc.record({
    id: fc.nat(),
    at: fc.nat(),
    ts: fc.integer(),
    key: fc.string({ unit: 'binary' }),
    value: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.record({ n: fc.integer() })),
  }),
  { maxLength: 40 },
);

function textOf(records: readonly SourceRecord[]): string {
  return records.map(splitLine).join('');
}

describe('a split as a growing file', () => {
  it('gives each record once, in order, however the file grows and however it is polled', () => {
    fc.assert(
      fc.property(
        recordsArbitrary,
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 7 }),
        (records, pieces, recordsMax) => {
          writeFileSync(splitFile(folder, split), '');
          const port = createSplitFiles(folder);
          const bytes = Buffer.from(`${textOf(records)}${endMark}\n`);
          const read: SourceRecord[] = [];
          let ended = false;
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const size = pieces[turn % pieces.length] ?? 1;
            appendFileSync(splitFile(folder, split), bytes.subarray(at, at + size));
            at += size;
            for (;;) {
              const polled = port.poll(split, read.length, recordsMax);
              expect(polled.records.length).toBeLessThanOrEqual(recordsMax);
              read.push(...polled.records);
              ended = polled.ended;
              if (polled.records.length === 0) break;
            }
          }
          expect(read).toEqual(records);
          expect(ended).toBe(true);
        },
      ),
      { numRuns: runs },
    );
  });

  it('can be read again from any offset, by the same process or a new one', () => {
    fc.assert(
      fc.property(recordsArbitrary, fc.nat(), fc.boolean(), (records, start, anew) => {
        writeFileSync(splitFile(folder, split), `${textOf(records)}${endMark}\n`);
        const offset = start % (records.length + 1);
        let port = createSplitFiles(folder);
        port.poll(split, 0, 100);
        if (records.length > 0) port.poll(split, records.length, 100);
        if (anew) port = createSplitFiles(folder);
        expect(port.poll(split, offset, 100).records).toEqual(records.slice(offset));
        expect(port.poll(split, records.length, 100)).toMatchObject({ records: [], ended: true });
      }),
      { numRuns: runs },
    );
  });
});
