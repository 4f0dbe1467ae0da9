/**
 * Decides each sink by what leads to it: divides it into parts that are judged by themselves, and
 * gives each to the first regime of the table that applies.
 */
import { present } from '../../base/assert.ts';
import { Findings } from '../../judgement/findings.ts';
import { type Context, noteShown, type ShownBySink, type SinkContext } from '../context/context.ts';
import type { Branch } from '../plan/branches.ts';
import type { Plan, SinkPlan } from '../plan/plan.ts';
import { countsOnce, keepsRows } from './anomalies/attempts.ts';
import { leaveAllOpen } from './anomalies/open.ts';
import { isUndivided, regimes } from './regimes.ts';
import { type LateByStage, type SinkPart, stageOf } from './sink-part.ts';
import { copiesOf } from './slots/copies.ts';
import { slotsOf } from './slots/slot-builders.ts';
import { findPlace, indexSlots, type Slot } from './slots/slot.ts';

/** Judges every sink, and returns which records the transactional ones showed. */
export function checkSinks(given: Context): ShownBySink {
  const context: SinkContext = { ...given, shown: new Map() };
  const { plan, seen, findings, shown } = context;
  const late: LateByStage = new Map();
  const isLate = (sink: SinkPlan): boolean =>
    sink.branches.some(({ root }) => root.kind === 'stage' && root.output === 'late');
  const order = [...plan.sinks].sort((a, b) => Number(isLate(b)) - Number(isLate(a)));
  for (const sink of order) {
    findings.cover('outputs', seen.sinks.get(sink.spec.id)?.length ?? 0);
    decideGuarantees(context, sink);
    if (sink.branches.some((branch) => isUncertain(context, branch))) {
      checkUncertain(context, sink, late);
    } else checkSink(context, sink, late);
  }
  return shown;
}

function decideGuarantees({ findings }: Context, { spec }: SinkPlan): void {
  findings.decide('validity', 'at-least-once', 'effectively-once');
  if (spec.connector !== 'upsert') findings.decide('at-most-once', 'exactly-once', 'ordered');
}

function checkSink(context: SinkContext, sink: SinkPlan, late: LateByStage): void {
  const { plan, onRegime } = context;
  for (const part of partsOf(context, sink, late)) {
    const regime = present(
      regimes.find((candidate) => candidate.applies(plan, part)),
      'a regime',
    );
    onRegime?.({
      sink: sink.spec.id,
      from: (part.others.length > 0 ? part.others : sink.branches).map(({ root }) => root.spec.id),
      regime: regime.name,
      because: regime.when,
      decides: regime.decides,
      leavesOpen: regime.leavesOpen,
      rows: part.rows.length,
    });
    regime.check(context, part);
  }
}

/** What is judged by itself: rows known one by one, the rest, and each copy of a flat-map. */
function partsOf(context: Context, sink: SinkPlan, late: LateByStage): readonly SinkPart[] {
  const rows = context.seen.sinks.get(sink.spec.id) ?? [];
  const committed = sink.spec.connector === 'two-phase';
  const slots: Slot[] = [];
  const others: Branch[] = [];
  sink.branches.forEach((branch, branchNumber) => {
    const own = slotsOf(context, { branch, branchNumber, committed });
    if (own === null) others.push(branch);
    else for (const slot of own) slots.push(slot);
  });
  const whole: SinkPart = { sink, slots, others, rows, late };
  if (others.length === 0 || isUndivided(context.plan, whole)) return [whole];
  if (slots.length === 0) return byCopy(context.plan, whole);
  const index = indexSlots(slots);
  const mine = rows.filter((seen) => findPlace(index, seen.row) !== null);
  const rest = rows.filter((seen) => findPlace(index, seen.row) === null);
  return [
    { ...whole, others: [], rows: mine },
    ...byCopy(context.plan, { ...whole, slots: [], rows: rest }),
  ];
}

/** Behind a flat-map each copy of a stage's row is judged as if it had a sink of its own. */
function byCopy(plan: Plan, part: SinkPart): readonly SinkPart[] {
  const known = stageOf(plan, part);
  if (known === null || known.items === null || known.stage.spec.kind === 'reduce') return [part];
  const copies = copiesOf({ branch: known.branch, rows: part.rows });
  return copies?.map(({ branch, rows }) => ({ ...part, others: [branch], rows })) ?? [part];
}

/** What an operator with state gives out is certain if the rows before it are. */
function isUncertain(context: Context, { root }: Branch): boolean {
  if (root.kind === 'source' || countsOnce(context)) return false;
  return !keepsRows(context.plan, context.plan.stages.get(root.spec.id)?.branches ?? []);
}

/** The rows before may have been others: then all is right, or nothing can be said. */
function checkUncertain(context: SinkContext, sink: SinkPlan, late: LateByStage): void {
  const own: SinkContext = { ...context, findings: new Findings(), shown: new Map() };
  checkSink(own, sink, late);
  if (own.findings.found().length > 0) {
    const { id } = sink.spec;
    leaveAllOpen(context, `${id}: what enters an operator before it may count records twice`);
    return;
  }
  context.findings.absorb(own.findings);
  for (const [id, rows] of own.shown) for (const row of rows) noteShown(context, id, row);
}
