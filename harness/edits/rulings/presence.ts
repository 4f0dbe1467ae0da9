/**
 * Rows that are gone, and rows that show twice.
 */
import type { Guarantee } from '../../../src/model/guarantee.ts';
import type { Row } from '../../../src/model/value.ts';
import {
  type Facts,
  formOf,
  idsOf,
  lengthOf,
  othersOf,
  type Question,
  type Ruling,
  sameRow,
  type Shown,
  sinkOf,
  vectorOf,
} from './facts.ts';
import { Shuffles } from './opaque.ts';

/** What a missing output breaks, each where it is promised. */
const missing: readonly Guarantee[] = ['exactly-once', 'at-least-once'];

const lost = (why: string): Ruling => ({ is: 'wrong', broken: missing, why });
const legal = (why: string): Ruling => ({ is: 'legal', why });
const open = (why: string): Ruling => ({ is: 'open', why });

export function ruleDrop({ facts, culprit }: Question, shown: Shown): Ruling {
  const { connector } = sinkOf(facts, shown);
  if (connector === 'two-phase' && culprit === 'store') {
    return { is: 'wrong', broken: ['atomic-commit'], why: 'its transaction shows in part' };
  }
  if (!facts.finished) return open('nothing is due');
  if (connector === 'upsert') return ruleOverwritten(facts, shown);
  if (connector === 'two-phase' && facts.exact) return ruleOnlyShowing(facts, shown);
  return ruleContribution(facts, shown);
}

/** Every output of an exact run shows once. */
function ruleOnlyShowing(facts: Facts, shown: Shown): Ruling {
  if (formOf(facts, shown) !== 'pane' || !facts.cell.stage.late) return lost('each output is due');
  return isElsewhere(facts, shown) ? open('its records are late or not') : lost('in no output');
}

/** Whether every record of the row is in another visible row, of any sink. */
function isElsewhere({ rows }: Facts, shown: Shown): boolean {
  const others = [...rows.values()].flat().filter((other) => other !== shown);
  const ids = new Set(others.flatMap(({ row }) => [...(idsOf(row.value) ?? [])]));
  const own = idsOf(shown.row.value) ?? [];
  return own.length > 0 && own.every((id) => ids.has(id));
}

/** What shows more than once, or is contained in what shows, may go. */
function ruleContribution(facts: Facts, shown: Shown): Ruling {
  const others = othersOf(facts, shown);
  if (others.some(({ row }) => sameRow(row, shown.row))) {
    return facts.exact ? legal('it shows once more') : open('state may have held it');
  }
  switch (formOf(facts, shown)) {
    case 'running':
      return ruleTotal(facts, shown, others);
    case 'record':
    case 'pair':
      return lost('its records show nowhere else');
    default:
      if (idsOf(shown.row.value) === null) {
        return facts.exact ? lost('what is in the window is certain') : open('it names nothing');
      }
      if (!isElsewhere(facts, shown)) return lost('some of its records show nowhere else');
      return facts.cell.stage.late ? open('its records are late or not') : rulePanes(facts);
  }
}

/** A record that is in several windows is due in each. */
function rulePanes({ cell }: Facts): Ruling {
  return cell.stage.name === 'sliding' ? open('due in each window') : legal('they show elsewhere');
}

/** A running total is contained in every later one. */
function ruleTotal(facts: Facts, shown: Shown, others: readonly Shown[]): Ruling {
  const ofKey = others.filter(({ row }) => row.key === shown.row.key);
  const n = lengthOf(shown.row.value);
  if (n === null) return ruleNumber(facts, shown, ofKey);
  if (!facts.exact) return open('records count twice');
  const rows = ofKey.map(({ row }) => row);
  if (contains(facts, rows, shown.row)) return legal('other totals contain what it does');
  return facts.cell.stage.inOrder || facts.attempts === 1
    ? lost('no other total contains its last record')
    : open('another attempt may have come as far');
}

/** Whether the rows together contain every record of the row: by their ids, or by their digits. */
function contains(facts: Facts, others: readonly Row[], row: Row): boolean {
  const ids = idsOf(row.value);
  if (ids !== null) {
    const all = new Set(others.flatMap(({ value }) => [...(idsOf(value) ?? [])]));
    return ids.every((id) => all.has(id));
  }
  const vectors = others.map(({ value }) => vectorOf(facts, value));
  return vectorOf(facts, row.value).every((digit, split) =>
    vectors.some((vector) => (vector[split] ?? 0) >= digit),
  );
}

function ruleNumber(facts: Facts, shown: Shown, ofKey: readonly Shown[]): Ruling {
  if (!facts.exact) return open('records count twice');
  const shuffles = new Shuffles(facts, shown.row.key);
  if (!shuffles.isLast(shown.row)) return legal('it does not contain everything');
  return ofKey.some(({ row }) => shuffles.isLast(row))
    ? open('another one may contain all')
    : lost('no number contains all records');
}

/** Only the last value of a key stands. */
function ruleOverwritten(facts: Facts, shown: Shown): Ruling {
  const ofKey = othersOf(facts, shown).filter(({ row }) => row.key === shown.row.key);
  const form = formOf(facts, shown);
  const isRunning = form === 'running';
  const last = ofKey.at(-1);
  if (last !== undefined && last.at > shown.at) {
    if (isRunning && facts.exact && !isOpaqueLast(facts, shown)) return legal('it was overwritten');
    return open('each may be due, or the last alone');
  }
  if (last === undefined) return facts.exact ? lost('the key has no value') : open('at least once');
  if (JSON.stringify(last.row.value) === JSON.stringify(shown.row.value)) return open('same value');
  if (!isRunning) return open('the last of another split may stand');
  return facts.exact
    ? { is: 'wrong', broken: [...missing, 'effectively-once'], why: 'an older value stands' }
    : open('records count twice');
}

/** A number after which nothing need have come, though more rows did. */
function isOpaqueLast(facts: Facts, { row }: Shown): boolean {
  return lengthOf(row.value) === null && new Shuffles(facts, row.key).isLast(row);
}

export function ruleDouble({ facts, culprit }: Question, shown: Shown): Ruling {
  if (sinkOf(facts, shown).connector !== 'two-phase') return legal('it may be written twice');
  if (facts.cell.mode !== 'at-least-once') {
    return { is: 'wrong', broken: ['exactly-once', 'at-most-once'], why: 'each shows once' };
  }
  return culprit === 'store' ? open('shown twice, written once') : legal('at least once');
}

/** A committed transaction shows, however the job ends. */
export function ruleVanish({ facts }: Question, event: number): Ruling {
  const by = facts.history[event];
  if (by?.kind !== 'visible' || by.transaction === null) return open('no transaction');
  return {
    is: 'wrong',
    broken: ['atomic-commit', ...missing],
    why: 'it was committed, and nothing of it shows',
  };
}
