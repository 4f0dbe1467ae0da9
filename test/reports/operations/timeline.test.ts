import { expect, test } from 'vitest';

import type { PageTimelineOperation } from '../../../reports/operations/page.ts';
import { timelineSvg } from '../../../reports/operations/timeline.ts';

/** One after another, each with a lane of its own if it has no reply. */
function operation(row: number, changes: Partial<PageTimelineOperation>): PageTimelineOperation {
  return {
    row,
    process: '0',
    text: `write ${row}`,
    line: row,
    from: row * 2,
    to: row * 2 + 1,
    role: 'ordered',
    place: row + 1,
    ...changes,
  };
}

test('a long history is drawn around the contradiction, with all that contradicts', () => {
  const operations = Array.from({ length: 100 }, (_, row) => operation(row, {}));
  operations[2] = operation(2, { role: 'witness' });
  operations[3] = operation(3, { process: 'hung', to: null, role: 'next' });
  operations[90] = operation(90, { role: 'witness' });
  const { text } = timelineSvg(operations);
  const drawn = [...text.matchAll(/<title>\d+\. write (\d+)/g)].map(([, row]) => Number(row));
  expect(drawn.slice(0, 2)).toEqual([2, 3]);
  expect(drawn.slice(2)).toEqual(Array.from({ length: 12 }, (_, i) => 81 + i));
  expect(text).toContain('79 operations that were over before, 7 that were called later.');
  expect(Number(/<svg[^>]*\bwidth="(\d+)"/s.exec(text)?.[1])).toBeLessThan(1_060);
});

test('a short one is drawn whole', () => {
  const operations = Array.from({ length: 8 }, (_, row) => operation(row, {}));
  operations[7] = operation(7, { role: 'witness' });
  const { text } = timelineSvg(operations);
  expect(text.match(/<title>/g)).toHaveLength(8);
  expect(text).not.toContain('Not drawn');
});
