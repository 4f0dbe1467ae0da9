/**
 * Makes a case of a real subject small: on the subject's model, which runs hundreds of candidates a
 * second, and then confirms the result where it was found. What the model does not show, or what the
 * small case never shows there, stays as it was found.
 */
import { caseSize } from '../../reports/result.ts';
import type { Case } from '../../src/model/case.ts';
import { execute } from '../run/execute.ts';
import type { Execution } from '../run/outcome.ts';
import type { RealSubject } from '../subjects/subject.ts';
import { familyOf, primaryAnomaly } from './family.ts';
import { shrink, type ShrinkResult, type ShrinkSettings } from './shrink.ts';

/** How often the small case is run to confirm it. */
export const confirmRuns = 5;

/** Throws what the subject throws. */
export async function shrinkReal(
  subject: RealSubject,
  kase: Case,
  settings: ShrinkSettings & { readonly found?: Execution | null },
): Promise<ShrinkResult> {
  const first = settings.found ?? (await execute(subject, kase));
  const anomaly = primaryAnomaly(first.verdict, settings.anomalies);
  if (anomaly === null) return asFound(kase, first, null);
  const family = familyOf(anomaly);
  const small = shrink(subject.model, kase, { ...settings, anomalies: family });
  if (small.anomaly === null || !family.includes(small.anomaly)) {
    return { ...asFound(kase, first, anomaly), runs: small.runs };
  }
  const shows = ({ verdict }: Execution): boolean =>
    verdict.anomalies.some(({ name }) => family.includes(name));
  const runs: Execution[] = [];
  for (let i = 0; i < confirmRuns; i++) runs.push(await execute(subject, small.case));
  const shown = runs.filter(shows);
  const [execution] = shown;
  const made = small.runs + confirmRuns;
  if (execution === undefined) return { ...asFound(kase, first, anomaly), runs: made };
  const rate = { shown: shown.length, of: confirmRuns };
  return { ...small, anomaly, runs: made, confirmed: true, execution, rate };
}

function asFound(kase: Case, execution: Execution, anomaly: ShrinkResult['anomaly']): ShrinkResult {
  const size = caseSize(kase);
  return {
    case: kase,
    anomaly,
    from: size,
    to: size,
    runs: 1,
    limitHit: false,
    confirmed: anomaly !== null,
    execution,
  };
}
