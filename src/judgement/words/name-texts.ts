/**
 * Texts of the claims that give names.
 */
import { canonicalJson } from '../../base/json.ts';
import type { NamedClaim } from '../../model/verdict/claim.ts';
import { rowText } from './row-text.ts';
import { list, place, plural, type Texts } from './words.ts';

/** A row that stands by itself has no name. */
function named(name: string, text: string): string {
  return name === '' ? text : `${name} = ${text}`;
}

export const nameTexts: Texts<NamedClaim['kind']> = {
  showing: ({ name, record, key, counts, transaction, checkpoint, attempt, t }) => {
    const what = record === null ? 'a value' : place(record);
    const of = key === null ? '' : ` of key ${key}`;
    const many = counts === null ? '' : `, of ${counts.join(' + ')} records,`;
    const where =
      transaction === null ? '' : ` in transaction ${transaction} of checkpoint ${checkpoint}`;
    const seen = record === null && key === null ? 'what showed' : `${what}${of}${many}`;
    const when = t === null ? '' : ` (attempt ${attempt}, ${t} ms)`;
    return named(name, `${seen}${where}${when}`);
  },
  row: ({ name, row, transaction, checkpoint, attempt, t }) => {
    const where =
      transaction === null ? '' : ` in transaction ${transaction} of checkpoint ${checkpoint}`;
    return named(name, `${rowText(row)}${where} (attempt ${attempt}, ${t} ms)`);
  },
  records: ({ name, records, output }) => {
    const whose = output === null ? '' : `, whose output is ${rowText(output.row)}`;
    return named(name, `${list(records)}${whose}`);
  },
  nothing: ({ name }) => named(name, 'the empty aggregate'),
  attempt: ({ attempt, t, restored }) =>
    `attempt ${attempt} began at ${t} ms from ${restored === null ? 'nothing' : `checkpoint ${restored}`}`,
  offsets: ({ name, checkpoint, offsets }) =>
    named(name, `offsets of checkpoint ${checkpoint}: ${canonicalJson(offsets)}`),
  transaction: ({ name, transaction, checkpoint, rows }) => {
    const of = checkpoint === null ? '' : ` of checkpoint ${checkpoint}`;
    return named(name, `${transaction}${of}${rows === null ? '' : `, ${plural(rows, 'row')}`}`);
  },
  watermark: ({ name, watermark, t, attempt }) =>
    named(name, `${watermark} at ${t} ms in attempt ${attempt}`),
  healed: ({ name, t }) => named(name, `${t} ms, when the last fault had healed`),
};
