/**
 * Many small runs: each is enumerated, played, edited, and judged by the checker. Gathers where the
 * verdict and the enumeration differ, the smallest history of every kind, and how much was left
 * unknown.
 */
import { RandomStream } from '../../../src/base/random.ts';
import { checkHistory } from '../../../src/checker/check.ts';
import { verifyExplanations } from '../../../src/claims-verifier/verify-case.ts';
import { builtinFunctions } from '../../../src/model/functions.ts';
import type { Case } from '../../../src/model/case.ts';
import { type AnomalyName, guarantees } from '../../../src/model/guarantee.ts';
import type { History } from '../../../src/model/history.ts';
import type { Verdict } from '../../../src/model/verdict/verdict.ts';
import { type DrawnRun, drawRun, type DrawSettings } from './draw.ts';
import { defects } from './defects.ts';
import { edits } from './edits.ts';
import { historyOf, mixed, type Output } from './history.ts';
import {
  type Disagreement,
  disagreements,
  type Standings,
  standingsOf,
  visibleRows,
} from './judge.ts';
import { type LegalSet, legalSetOf } from './legal-set.ts';
import { unitsOf } from './small-run.ts';
import { walkUnit } from './walk.ts';

const limits = { wordsMax: 3_000, movesMax: 20_000 };

/** A history and what both sides say of it. */
export interface Judged {
  readonly number: number;
  readonly run: DrawnRun;
  /** `legal`, or the edit that was made. */
  readonly edit: string;
  readonly kase: Case;
  readonly history: History;
  readonly standings: Standings;
  readonly verdict: Verdict;
}

export interface Finding extends Disagreement {
  readonly judged: Judged;
  readonly names: readonly AnomalyName[];
  count: number;
}

/** What an edit may break and the enumeration does not judge: of a legal run it holds. */
function untouchedBy({ layout }: DrawnRun): Standings {
  const all = Object.fromEntries(guarantees.map((guarantee) => [guarantee, 'holds'] as const));
  if (layout.connector === 'two-phase') return all;
  // What a sink without transactions shows again is a state of no prefix.
  return { ...all, 'snapshot-consistent': 'open', monotone: 'open' };
}

export type Check = (kase: Case, history: History) => Verdict;

/** Every history that is made of run number `number`. */
export function judgeRun(
  number: number,
  settings: DrawSettings,
  check: Check = checkHistory,
): readonly Judged[] {
  const { run, legal } = enumerable(number, settings);
  const random = new RandomStream(number, 'walk');
  const units = unitsOf(run);
  const legalOutput = mixed(
    random,
    units.map((unit) => walkUnit(run, unit, { random })),
  );
  const judged: Judged[] = [];
  const judge = (edit: string, output: Output): void => {
    const history = historyOf(run, output, new RandomStream(number, 'history'));
    const standings = {
      ...(edit === 'legal' ? untouchedBy(run) : {}),
      ...standingsOf(legal, visibleRows(history)),
    };
    const verdict = check(run.kase, history);
    judged.push({ number, run, edit, kase: run.kase, history, standings, verdict });
  };
  judge('legal', legalOutput);
  for (const [name, edit] of Object.entries(edits)) {
    const output = edit({ legal, output: legalOutput, random });
    if (output !== null) judge(name, output);
  }
  for (const [name, defect] of Object.entries(defects)) {
    const broken = random.below(units.length);
    const walks = units.map((unit, i) =>
      walkUnit(run, unit, i === broken ? { random, defect } : { random }),
    );
    judge(name, mixed(random, walks));
  }
  return judged;
}

/** The run of this number that can be enumerated. */
function enumerable(number: number, settings: DrawSettings): { run: DrawnRun; legal: LegalSet } {
  for (let again = 0; again < 100; again++) {
    const run = drawRun(number, settings, again);
    const legal = legalSetOf(run, limits);
    if (legal !== null) return { run, legal };
  }
  throw new Error(`run ${number} is too much to enumerate, however it is drawn`);
}

export class Survey {
  readonly findings: Map<string, Finding> = new Map();
  /** Histories by stage and what was said of exactly-once. */
  readonly decided: Map<string, Map<string, number>> = new Map();
  /** Histories that showed one anomaly and no other, by name, guarantee and standing. */
  readonly alone: Map<string, number> = new Map();
  histories = 0;

  take(judged: Judged): void {
    const { run, standings, verdict } = judged;
    this.histories++;
    const names = [...new Set(verdict.anomalies.map((anomaly) => anomaly.name))].sort();
    const status = `${standings['exactly-once']} ${verdict.guarantees['exactly-once']}`;
    const row = this.decided.get(run.stage) ?? new Map<string, number>();
    this.decided.set(run.stage, row.set(status, (row.get(status) ?? 0) + 1));
    if (names.length === 1) {
      for (const [guarantee, standing] of Object.entries(standings)) {
        const id = `${names[0]} ${guarantee} ${standing}`;
        this.alone.set(id, (this.alone.get(id) ?? 0) + 1);
      }
    }
    for (const found of disagreements(standings, verdict)) this.add(found, { judged, names });
    for (const found of falseClaims(judged)) this.add(found, { judged, names });
  }

  private add(found: Disagreement, of: Pick<Finding, 'judged' | 'names'>): void {
    const { run } = of.judged;
    const id = [found.kind, found.about, run.stage, run.layout.connector, of.names.join('+')].join(
      '.',
    );
    const known = this.findings.get(id);
    const count = (known?.count ?? 0) + 1;
    if (known === undefined || sizeOf(of.judged) < sizeOf(known.judged)) {
      this.findings.set(id, { ...found, ...of, count });
    } else known.count = count;
  }
}

/** What explanations say, looked up in the history. */
function falseClaims({ kase, history, verdict }: Judged): readonly Disagreement[] {
  if (verdict.anomalies.length === 0) return [];
  const { faults } = verifyExplanations({ kase, history }, verdict, builtinFunctions);
  const refuted = faults.filter(({ isRefuted }) => isRefuted);
  return [...new Set(refuted.map(({ anomaly }) => anomaly))].map((about) => ({
    kind: 'false claim',
    about,
  }));
}

function sizeOf({ run, history }: Judged): number {
  const records = run.kase.workload.splits.reduce((sum, log) => sum + log.records.length, 0);
  return history.length + 5 * records + 5 * run.kase.pipeline.operators.length;
}
