/**
 * A row that says something else: almost always it contradicts itself, since a row names its
 * records and everything else in it follows from them.
 */
import { numberField } from '../../../src/model/functions.ts';
import type { Guarantee } from '../../../src/model/guarantee.ts';
import type { Row } from '../../../src/model/value.ts';
import { type Edit, editedRow } from '../changes/edits.ts';
import { leafAt } from '../changes/leaves.ts';
import {
  type Facts,
  formOf,
  idsOf,
  isTraced,
  lengthOf,
  othersOf,
  type Question,
  type Ruling,
  sameRow,
  type Shown,
} from './facts.ts';
import { Shuffles } from './opaque.ts';

/** What a row that no run gives out breaks, each where it is promised. */
const ofNoRun: readonly Guarantee[] = [
  'validity',
  'exactly-once',
  'effectively-once',
  'watermark-sound',
];

const wrong = (why: string): Ruling => ({ is: 'wrong', broken: ofNoRun, why });
const open = (why: string): Ruling => ({ is: 'open', why });

export function ruleContent({ facts }: Question, edit: Edit, shown: Shown): Ruling {
  const row = editedRow(edit, shown.row);
  if (sameRow(row, shown.row)) return { is: 'legal', why: 'nothing changed' };
  switch (formOf(facts, shown)) {
    case 'record':
      return ruleRecord(facts, row, shown);
    case 'running':
      return ruleRunning(facts, edit, { shown, row });
    case 'pane':
      return rulePane(facts, edit, { shown, row });
    case 'bucket':
      return edit.kind === 'ids' ? ruleIds(facts, edit, shown) : wrong('time, key and n follow');
    case 'batch':
      if (edit.kind === 'ts') return open('when a batch is over is the schedule');
      return edit.kind === 'ids' ? ruleIds(facts, edit, shown) : wrong('n and key follow');
    case 'pair':
      return wrong('key, time and content follow from the two records');
  }
}

/** A record has one output, or one for each copy. */
function ruleRecord(facts: Facts, row: Row, shown: Shown): Ruling {
  const twin = othersOf(facts, shown).some((other) => sameRow(other.row, row));
  return twin ? open('now the row of another copy') : wrong('the row follows from its id');
}

function rulePane(facts: Facts, edit: Edit, { shown, row }: Changed): Ruling {
  const opaque = idsOf(row.value) === null && !isTraced(resultOf(row));
  if (edit.kind === 'ids') return ruleIds(facts, edit, shown);
  const isResult = 'leaf' in edit && edit.leaf[0] === 'result';
  if (!opaque || !isResult) return wrong('bounds, time, key and sums follow from the records');
  return facts.exact ? wrong('what is in the window is certain') : open('records count twice');
}

const resultOf = ({ value }: Row): Row['value'] =>
  value !== null && typeof value === 'object' && 'result' in value
    ? (value['result'] ?? null)
    : null;

/** What is listed is counted, so only another order of the same may do. */
function ruleIds(facts: Facts, edit: IdsEdit, shown: Shown): Ruling {
  const isOfPanes = facts.cell.stage.name === 'window, reduce collect';
  if (edit.how === 'removed' && isOfPanes && facts.cell.mode === 'at-least-once') {
    return open('as if the pane before it had lost a record');
  }
  if (edit.how !== 'swapped') return wrong('what is listed is counted, and exists');
  const before = leafAt(shown.row.value, edit.leaf) as readonly number[];
  const at = before.findIndex((id, i) => id !== edit.to[i]);
  const [a, b] = [before[at], before[at + 1]].map((id) => facts.origins.get(id ?? -1));
  if (a === undefined || b === undefined) return { is: 'legal', why: 'nothing changed' };
  if (facts.cell.stage.name.includes(',')) return open('lists of lists');
  if (!facts.exact) return open('records may come twice');
  const isOrdered = facts.cell.stage.inOrder && a.split === b.split && a.offset !== b.offset;
  if (isOrdered) return wrong('the path keeps the order of a split');
  const isAlone = formOf(facts, shown) !== 'running' && othersOf(facts, shown).length === 0;
  return isAlone ? { is: 'legal', why: 'any order of splits' } : open('other lists may tell');
}

type IdsEdit = Edit & { readonly kind: 'ids' };

interface Changed {
  readonly shown: Shown;
  readonly row: Row;
}

function ruleRunning(facts: Facts, edit: Edit, { shown, row }: Changed): Ruling {
  const { value } = row;
  if (!facts.exact && facts.cell.stage.name.startsWith('window')) {
    return open('the panes that entered may count records twice');
  }
  if (lengthOf(value) === null) return ruleOpaque(facts, { shown, row });
  if (edit.kind === 'key') return wrong('the records of a value have one key');
  if (edit.kind === 'ids') return ruleIds(facts, edit, shown);
  if (edit.kind !== 'ts') return wrong('n, sum and the rest follow from the records');
  if (idsOf(value) !== null) return wrong('the last record of the list has another time');
  return ruleTrigger(facts, { shown, row });
}

/** The time of a sum is that of the record that was added last. */
function ruleTrigger(facts: Facts, { shown, row }: Changed): Ruling {
  const n = lengthOf(row.value) as number;
  const f = numberField(row.value, 'f');
  const before = othersOf(facts, shown).find(
    (other) =>
      other.by.attempt === shown.by.attempt &&
      other.row.key === row.key &&
      lengthOf(other.row.value) === n - 1,
  );
  const added = before === undefined ? null : (f - numberField(before.row.value, 'f')) >>> 0;
  const times = [...facts.origins.values()]
    .filter(({ record }) => record.key === row.key)
    .filter(({ record }) => added === null || numberField(record.value, 'f') === added)
    .map(({ record }) => record.ts);
  return times.includes(row.ts)
    ? open('a record of this time may have been the last')
    : wrong('no record of this time can have been the last');
}

function ruleOpaque(facts: Facts, { shown, row }: Changed): Ruling {
  if (!facts.exact) return open('records may count twice');
  const shuffles = new Shuffles(facts, row.key);
  const ofKey = (facts.rows.get(shown.by.sink) ?? []).filter((s) => s.row.key === row.key);
  const now = ofKey.map((s) => ({ ...s, row: s === shown ? row : s.row }));
  if (facts.cell.connector === 'two-phase') {
    if (!facts.kase.promises.includes('ordered')) {
      return shuffles.passes([row]) ? open('in another place') : wrong('of no records');
    }
    const explained = !facts.finished || shuffles.yields(now.map((s) => s.row));
    if (explained) return open('another order gives it, too');
    // In another order they may be right.
    return { is: 'wrong', broken: [...ofNoRun, 'ordered'], why: 'no order of the records' };
  }
  const others = now.filter((s) => s.by.attempt === shown.by.attempt && s.row !== row);
  const once = distinct(others.map((s) => s.row));
  if (once.some((other) => sameRow(other, row))) return open('now another row, twice');
  // Many orders give the same largest numbers.
  if (facts.cell.stage.name.endsWith('max') && shuffles.passes([row])) return open('another order');
  const fits = [...once, row].some((_, at) => shuffles.passes(once.toSpliced(at, 0, row)));
  return fits
    ? open('an order of the records passes through it')
    : wrong('no order of the records passes through what this attempt shows');
}

const distinct = (rows: readonly Row[]): readonly Row[] =>
  rows.filter((row, i) => rows.findIndex((other) => sameRow(other, row)) === i);
