/**
 * The experiment: runs of every cell, edits of each valid one, and what the checker says of them.
 */
import { RandomStream } from '../../src/base/random.ts';
import { checkHistory } from '../../src/checker/check.ts';
import type { Case } from '../../src/model/case.ts';
import type { History } from '../../src/model/history.ts';
import type { CheckpointMode } from '../../src/model/options.ts';
import type { Verdict } from '../../src/model/verdict/verdict.ts';
import { simulate } from '../subjects/simulate.ts';
import { type Cell, cellName, drawCase } from './changes/draw-case.ts';
import { drawEdits } from './changes/draw-edits.ts';
import { applyEdit, type Culprit, type Edit, type EditKind } from './changes/edits.ts';
import { factsOf, type Ruling } from './rulings/facts.ts';
import { rule } from './rulings/rule.ts';
import { stageKinds } from './changes/stage-kinds.ts';

export interface ExperimentSettings {
  readonly seed: number;
  /** Runs of each cell. */
  readonly runs: number;
  /** Edits of each kind in a run. */
  readonly edits: number;
  /** Only cells whose name contains this. */
  readonly only: string;
}

/** What became of the edits of one kind in one cell. */
export interface Count {
  /** Edits that must be refuted, and what was said of them. */
  wrong: number;
  flagged: number;
  unknown: number;
  /** Edits that must not be refuted, and those that were. */
  legal: number;
  alarms: number;
  open: number;
}

/** An edit that the checker judged otherwise than the rules. */
export interface Mistake {
  readonly cell: string;
  readonly seed: number;
  readonly run: number;
  readonly edit: Edit;
  readonly culprit: Culprit;
  readonly ruling: Ruling;
  readonly verdict: Verdict;
}

export interface Line {
  readonly cell: Cell;
  readonly runs: { valid: number; invalid: number; unknown: number };
  readonly counts: ReadonlyMap<EditKind, Count>;
}

export interface Outcome {
  readonly lines: readonly Line[];
  readonly mistakes: readonly Mistake[];
}

const connectors = ['two-phase', 'append', 'upsert'] as const;
const modes: readonly CheckpointMode[] = ['exactly-once', 'at-least-once', 'stop-the-world'];

const cells: readonly Cell[] = connectors.flatMap((connector) =>
  modes.flatMap((mode) => stageKinds.map((stage) => ({ connector, mode, stage }))),
);

export function experiment(settings: ExperimentSettings): Outcome {
  const lines: Line[] = [];
  const mistakes: Mistake[] = [];
  for (const cell of cells) {
    if (!cellName(cell).includes(settings.only)) continue;
    const line: Line = { cell, runs: { valid: 0, invalid: 0, unknown: 0 }, counts: new Map() };
    for (let run = 0; run < settings.runs; run++) tryRun(settings, run, { line, mistakes });
    lines.push(line);
  }
  return { lines, mistakes };
}

interface Into {
  readonly line: Line;
  readonly mistakes: Mistake[];
}

function tryRun(settings: ExperimentSettings, run: number, { line, mistakes }: Into): void {
  const { seed } = settings;
  const kase = drawCase(line.cell, seed, run);
  const { history } = simulate(kase);
  const { status } = checkHistory(kase, history);
  line.runs[status]++;
  if (status !== 'valid') return;
  const name = cellName(line.cell);
  const draw = new RandomStream(seed, `edits of ${name} ${run}`);
  const facts = factsOf(line.cell, kase, history);
  for (const edit of drawEdits(history, draw, settings.edits)) {
    const culprit = draw.pick<Culprit>(['engine', 'store']);
    const ruling = rule({ facts, culprit }, edit);
    const verdict = judgeEdited({ kase, history }, edit, culprit);
    if (count(line, edit.kind, { ruling, verdict })) continue;
    mistakes.push({ cell: name, seed, run, edit, culprit, ruling, verdict });
  }
}

/** The checker's word on the edited history. */
function judgeEdited(
  { kase, history }: { readonly kase: Case; readonly history: History },
  edit: Edit,
  culprit: Culprit,
): Verdict {
  return checkHistory(kase, applyEdit(history, edit, culprit));
}

/** Whether ruling and verdict agree. */
function count(
  line: Line,
  kind: EditKind,
  { ruling, verdict }: { readonly ruling: Ruling; readonly verdict: Verdict },
): boolean {
  const counts = line.counts as Map<EditKind, Count>;
  const of = counts.get(kind) ?? noCount();
  counts.set(kind, of);
  if (ruling.is === 'open') of.open++;
  else if (ruling.is === 'legal') {
    of.legal++;
    if (verdict.status !== 'invalid') return true;
    of.alarms++;
    return false;
  } else {
    of.wrong++;
    if (isFlagged(ruling, verdict)) of.flagged++;
    else if (verdict.status === 'unknown') of.unknown++;
    return isFlagged(ruling, verdict);
  }
  return true;
}

function isFlagged(ruling: Ruling, { status, guarantees, promises }: Verdict): boolean {
  if (ruling.is === 'contradictory') return status !== 'valid';
  if (ruling.is !== 'wrong') return false;
  return ruling.broken.some((g) => promises.includes(g) && guarantees[g] === 'invalid');
}

function noCount(): Count {
  return { wrong: 0, flagged: 0, unknown: 0, legal: 0, alarms: 0, open: 0 };
}
