/**
 * Rows that change places, and rows that move to another transaction.
 */
import { type Edit, visibleAt } from '../changes/edits.ts';
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
  shownAt,
  sinkOf,
} from './facts.ts';
import { Shuffles } from './opaque.ts';

const legal = (why: string): Ruling => ({ is: 'legal', why });
const open = (why: string): Ruling => ({ is: 'open', why });
const reordered = (why: string): Ruling => ({ is: 'wrong', broken: ['ordered'], why });

export function ruleSwap({ facts }: Question, edit: Edit & { kind: 'swap' }): Ruling {
  const pair = [shownAt(facts, edit.site), shownAt(facts, edit.with)] as const;
  const [a, b] = pair;
  if (sameRow(a.row, b.row)) return legal('nothing changed');
  const ruling = ruleTurned(facts, pair);
  return ruling.is === 'legal' && a.by.t !== b.by.t ? open('one of them may come late') : ruling;
}

function ruleTurned(facts: Facts, pair: Pair): Ruling {
  const [a, b] = pair;
  const { connector } = sinkOf(facts, a);
  if (connector === 'upsert') return ruleLastValue(facts, pair);
  const isOrdered = connector === 'two-phase' && facts.kase.promises.includes('ordered');
  if (formOf(facts, a) === 'record' && a.by.sink === 'out' && a.row.ts !== b.row.ts) {
    if (facts.kase.promises.includes('event-time-order')) {
      return { is: 'wrong', broken: ['event-time-order'], why: 'a sort lets go by time' };
    }
  }
  if (!isOrdered) return legal('no order is promised');
  return ruleOrder(facts, pair);
}

type Pair = readonly [Shown, Shown];

function ruleOrder(facts: Facts, [a, b]: Pair): Ruling {
  switch (formOf(facts, a)) {
    case 'record':
    case 'batch':
      return sharesSplit(facts, [a, b])
        ? reordered('the path keeps the order of a split')
        : legal('splits meet in any order');
    case 'running':
      return isExplained(facts, [a, b])
        ? open('another order of the records')
        : reordered('each value continues the one before');
    case 'bucket':
      return { is: 'wrong', broken: ['event-time-order'], why: 'timers fire in order of time' };
    case 'pane':
    case 'pair':
      return open('rows of several records');
  }
}

/** Numbers that name no record may be those of another run. */
function isExplained(facts: Facts, [a, b]: Pair): boolean {
  if (lengthOf(a.row.value) !== null) return false;
  if (!facts.finished) return true;
  const ofKey = (facts.rows.get(a.by.sink) ?? []).filter(({ row }) => row.key === a.row.key);
  const turned = ofKey.map(
    (shown) =>
      new Map([
        [a, b],
        [b, a],
      ]).get(shown)?.row ?? shown.row,
  );
  return new Shuffles(facts, a.row.key).yields(turned);
}

/** Whether some record of one row stands in the same split as one of the other. */
function sharesSplit({ origins }: Facts, [a, b]: Pair): boolean {
  const of = ({ row }: Shown): readonly [number, number][] =>
    (idsOf(row.value) ?? []).flatMap((id) => {
      const origin = origins.get(id);
      return origin === undefined ? [] : [[origin.split, origin.offset] as [number, number]];
    });
  return of(a).some(([split, offset]) => of(b).some(([s, o]) => s === split && o !== offset));
}

/** The one that comes later stands when it is the last of its key. */
function ruleLastValue(facts: Facts, [a, b]: Pair): Ruling {
  const after = othersOf(facts, b).some(({ row, at }) => row.key === b.row.key && at > b.at);
  if (after) return legal('overwritten');
  if (formOf(facts, a) !== 'running' || !facts.exact || !facts.finished) {
    return open('which stands');
  }
  if (JSON.stringify(a.row.value) === JSON.stringify(b.row.value)) return open('the same value');
  return { is: 'wrong', broken: ['effectively-once'], why: 'an older value stands' };
}

export function ruleMove({ facts, culprit }: Question, edit: Edit & { kind: 'move' }): Ruling {
  if (culprit === 'store') {
    return { is: 'wrong', broken: ['atomic-commit'], why: 'not what was written into either' };
  }
  const shown = shownAt(facts, edit.site);
  const into = visibleAt(facts.history, edit.into);
  if (facts.cell.mode !== 'exactly-once' || shown.by.checkpoint === into.checkpoint) {
    return open('which checkpoint has it');
  }
  const isPrompt = formOf(facts, shown) === 'record' || formOf(facts, shown) === 'running';
  const waits = ['sort', 'late sort', 'late tumbling', 'late sliding', 'late session'];
  const { name } = facts.cell.stage;
  if (!isPrompt || waits.includes(name) || name.includes(', reduce')) return open('it waits');
  return isOutside(facts, shown, into.checkpoint ?? 0)
    ? { is: 'wrong', broken: ['checkpoint-sound'], why: 'read between other cuts' }
    : open('the cuts around it are not known');
}

/** Whether the record that came last was read before or after what the checkpoint covers. */
function isOutside(facts: Facts, shown: Shown, checkpoint: number): boolean {
  const ids = idsOf(shown.row.value);
  const origin = ids === null ? undefined : facts.origins.get(ids.at(-1) ?? -1);
  if (origin === undefined || facts.attempts > 1) return false;
  const split = facts.kase.workload.splits[origin.split]?.split ?? '';
  const cuts = facts.history.flatMap((event) =>
    event.kind === 'checkpoint' && event.event === 'completed' ? [event] : [],
  );
  const earlier = cuts.filter((cut) => cut.checkpoint < checkpoint);
  const later = cuts.filter((cut) => cut.checkpoint >= checkpoint);
  const readBefore = earlier.some(({ offsets }) => (offsets?.[split] ?? 0) > origin.offset);
  return readBefore || later.some(({ offsets }) => (offsets?.[split] ?? 0) <= origin.offset);
}
