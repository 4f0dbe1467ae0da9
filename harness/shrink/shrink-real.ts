/**
 * Makes a case of a real subject small: on the subject's model if that shows the anomaly, because
 * it runs hundreds of candidates a second, and then confirms the result where it was found. What
 * the model does not show, or what its small case never shows in the world, is made smaller in the
 * world, as far as the budget of wall time goes.
 */
import { plural } from '../../reports/describe/plural.ts';
import { caseSize, type LimitHit, type RealEvidence } from '../../reports/result.ts';
import type { Case } from '../../src/model/case.ts';
import type { AnomalyName } from '../../src/model/guarantee.ts';
import { execute, executeNow } from '../execution/execute.ts';
import type { Execution } from '../execution/outcome.ts';
import type { RealSubject } from '../subjects/port/subject.ts';
import { familyOf, primaryAnomaly } from './family.ts';
import { confirmRuns, RealRuns, type Clock, type Measured } from './real-runs.ts';
import { shrinkOnSubject } from './shrink-on-subject.ts';
import { showsAny, shrink, unshrunk, type ShrinkResult, type ShrinkSettings } from './shrink.ts';

/**
 * Wall time for making one case smaller in the world, in ms: inside a campaign, and when asked for.
 */
export const campaignShrinkBudgetMs = 60_000;
export const shrinkBudgetMs = 300_000;

export interface RealShrinkSettings extends ShrinkSettings {
  /** What the case showed; without it the case is run for that. */
  readonly found?: Execution | null;
  /** Named limit `shrink-budget`; absent: that of a campaign. */
  readonly budgetMs?: number;
  /** Absent: the machine's. */
  readonly now?: Clock;
}

/** Rejects with what the subject throws while the anomaly is looked for the first time. */
export async function shrinkReal(
  subject: RealSubject,
  kase: Case,
  settings: RealShrinkSettings,
): Promise<ShrinkResult> {
  const first = settings.found ?? (await firstShown(subject, kase, settings.anomalies));
  const anomaly = primaryAnomaly(first.verdict, settings.anomalies);
  if (anomaly === null) return unshrunk(kase, first);
  return new RealShrinking(subject, { kase, first, anomaly }, settings).run();
}

/** A saved case need not show at once. */
async function firstShown(
  subject: RealSubject,
  kase: Case,
  anomalies: readonly AnomalyName[],
): Promise<Execution> {
  for (let run = 1; ; run++) {
    const execution = await execute(subject, kase);
    if (run === confirmRuns || primaryAnomaly(execution.verdict, anomalies) !== null) {
      return execution;
    }
  }
}

interface FoundCase {
  readonly kase: Case;
  readonly first: Execution;
  readonly anomaly: AnomalyName;
}

class RealShrinking {
  private readonly subject: RealSubject;
  private readonly found: FoundCase;
  private readonly settings: RealShrinkSettings;
  private readonly family: readonly AnomalyName[];
  private readonly runs: RealRuns;
  private modelRuns = 0;

  constructor(subject: RealSubject, found: FoundCase, settings: RealShrinkSettings) {
    this.subject = subject;
    this.found = found;
    this.settings = settings;
    this.family = familyOf(found.anomaly);
    this.runs = new RealRuns(subject, {
      family: this.family,
      budgetMs: settings.budgetMs ?? campaignShrinkBudgetMs,
      now: settings.now ?? (() => performance.now()),
    });
  }

  async run(): Promise<ShrinkResult> {
    const { kase } = this.found;
    const { showsInSimulator } = inSimulator(this.subject, kase, this.family);
    return (showsInSimulator ? await this.throughModel() : null) ?? this.inWorld();
  }

  /** Null when the small case of the model never shows the anomaly in the world. */
  private async throughModel(): Promise<ShrinkResult | null> {
    const { kase } = this.found;
    const settings = { ...this.settings, anomalies: this.family };
    const small = await shrink(this.subject.model, kase, settings);
    this.modelRuns = small.runs;
    const confirmed = await this.runs.confirm(small.case);
    if (confirmed.execution === null) return null;
    const how = { shrunkOn: 'simulator', rateAsFound: null, triesMax: null } as const;
    return this.resultOf(confirmed, how, small.limit);
  }

  private async inWorld(): Promise<ShrinkResult> {
    const { smallest, budgetHit, ...how } = await shrinkOnSubject(this.runs, this.found.kase);
    const shrunkOn = smallest.case === this.found.kase ? null : 'subject';
    return this.resultOf(smallest, { ...how, shrunkOn }, budgetHit ? this.budgetLimit() : null);
  }

  private resultOf(
    { case: small, rate, execution }: Measured,
    how: Pick<RealEvidence, 'shrunkOn' | 'rateAsFound' | 'triesMax'>,
    limit: LimitHit | null,
  ): ShrinkResult {
    const { kase, first, anomaly } = this.found;
    return {
      case: small,
      anomaly,
      from: caseSize(kase),
      to: caseSize(small),
      runs: this.modelRuns + this.runs.made,
      limit,
      // It was seen once at least: that is how it was found.
      confirmed: true,
      execution: execution ?? first,
      real: { ...inSimulator(this.subject, small, this.family), rate, ...how },
    };
  }

  private budgetLimit(): LimitHit {
    const { budgetMs, made } = this.runs;
    const detail =
      `shrinking ${this.found.kase.scenario} on ${this.subject.id} stopped after ` +
      `${plural(made, 'run')}: more might have gone`;
    return { limit: 'shrink-budget', value: Math.round(budgetMs), detail };
  }
}

type SimulatorPart = Pick<RealEvidence, 'subject' | 'showsInSimulator' | 'anomaliesInSimulator'>;

/** What the model shows in the same case. One that throws there shows nothing. */
function inSimulator(
  { id, model }: RealSubject,
  kase: Case,
  family: readonly AnomalyName[],
): SimulatorPart {
  try {
    const execution = executeNow(model, kase);
    return {
      subject: id,
      showsInSimulator: showsAny(execution, family),
      anomaliesInSimulator: [...new Set(execution.verdict.anomalies.map(({ name }) => name))],
    };
  } catch {
    return { subject: id, showsInSimulator: false, anomaliesInSimulator: [] };
  }
}

/** What is known of a case that is kept as it was found, without running it again in the world. */
export function evidenceAsFound(
  subject: RealSubject,
  kase: Case,
  { found, anomalies }: { readonly found: Execution; readonly anomalies: readonly AnomalyName[] },
): RealEvidence {
  const anomaly = primaryAnomaly(found.verdict, anomalies);
  const family = anomaly === null ? [] : familyOf(anomaly);
  const unmeasured = { rate: null, rateAsFound: null, shrunkOn: null, triesMax: null };
  return { ...inSimulator(subject, kase, family), ...unmeasured };
}
