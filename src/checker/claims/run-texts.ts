/**
 * Texts of the claims about the run.
 */
import type { RunClaim } from '../../model/claim-runs.ts';
import { are, list, type Texts } from './words.ts';

export const runTexts: Texts<RunClaim['kind']> = {
  due: ({ records, checkpoint, name }) => {
    const what = name ?? list(records);
    const verb = name === null ? are(records) : 'is';
    return checkpoint === null
      ? `the run came to its end, so ${what} ${verb} due`
      : `the job was stopped with checkpoint ${checkpoint}, which had read ${what}, so ${what} ${verb} due`;
  },
  'stopped-before': ({ records, checkpoint }) =>
    `the job was stopped with checkpoint ${checkpoint}, which had not read ${list(records)}`,
  'without-records': ({ records, isOnly }) =>
    `${isOnly ? 'a legal run' : 'nearer to a legal run'} if ${list(records)} is left out`,
  'without-row': ({ row, isOnly }) =>
    `${isOnly ? 'a legal run' : 'nearer to a legal run'} without ${row}`,
  punctual: ({ operator }) => `no record that reaches ${operator} is later than the bound allows`,
  unpassed: ({ records, limit }) =>
    `no legal schedule lets the watermark reach ${limit} before ${list(records)} arrives`,
  passed: ({ records, limit }) =>
    `in every legal schedule the watermark had reached ${limit} before ${list(records)} arrived`,
  'in-window': ({ records, window: { start, end } }) =>
    `the window [${start}, ${end}) holds ${list(records)}`,
};
