/**
 * Claims as text: the one place where the sentences of explanations are worded.
 */
import type { Claim, ClaimKind, ClaimOf, Records } from '../../model/claim.ts';
import { rules } from '../../model/rule.ts';
import { rowText } from './row-text.ts';

type Texts = { readonly [K in ClaimKind]: (claim: ClaimOf<K>) => string };

const listedMax = 6;

/** "s1@3, s1@4 and 5 more" */
function list(records: Records): string {
  const shown = records.slice(0, listedMax).map(({ split, offset }) => `${split}@${offset}`);
  const more = records.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function named(name: string, text: string): string {
  return name === '' ? text : `${name} = ${text}`;
}

const texts: Texts = {
  row: ({ name, row, transaction, checkpoint, attempt, t }) => {
    const where =
      transaction === null ? '' : ` in transaction ${transaction} of checkpoint ${checkpoint}`;
    return named(name, `${rowText(row)}${where} (attempt ${attempt}, ${t} ms)`);
  },
  records: ({ name, records, output }) =>
    named(
      name,
      list(records) + (output === null ? '' : `, whose output is ${rowText(output.row)}`),
    ),
  contains: ({ rows, records }) =>
    rows.length === 1
      ? `${rows[0]} contains ${list(records)}`
      : `${rows.join(' and ')} both contain ${list(records)}`,
  'same-row': ({ rows: [a, b] }) => `${a} and ${b} are the same row`,
  gives: ({ output }) => rowText(output.row),
  'not-shown': ({ records, sinks, name }) =>
    `no visible row at ${sinks.join(' or ')} contains ${name ?? list(records)}`,
  before: ({ rows: [a, b] }) => `${a} became visible before ${b}`,
  due: ({ records, checkpoint, name }) => {
    const what = name ?? list(records);
    return checkpoint === null
      ? `the run came to its end, so ${what} is due`
      : `the run was stopped with checkpoint ${checkpoint}, which had read ${what}, so ${what} is due`;
  },
  'never-shows': ({ records, sink }) =>
    `${list(records)} never shows at ${sink}, though it was due`,
  'shows-twice': ({ records, key, sink }) =>
    `${records === null ? `A value of key ${key}` : list(records)} shows twice at ${sink}`,
  rule: ({ rule }) => rules[rule],
};

export function claimText(claim: Claim): string {
  const text = texts[claim.kind] as (claim: Claim) => string;
  return text(claim);
}

/** The sentence of an explanation: what is wrong, and then how. */
export function headline(claims: readonly string[]): string {
  const [first = '', ...rest] = claims;
  return rest.length === 0 ? `${first}.` : `${first}: ${rest.join(', ')}.`;
}
