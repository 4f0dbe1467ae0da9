/**
 * Which anomalies count as the same finding while a case is made smaller: a duplicate stays the
 * same defect when fewer records turn it from a replay into a plain one. Everything else is its own
 * family.
 */
import { anomalies, type AnomalyName, type Guarantee } from '../../src/model/guarantee.ts';
import type { Verdict } from '../../src/model/verdict/verdict.ts';

const families: readonly (readonly AnomalyName[])[] = [
  ['duplicate', 'duplicate-replay', 'duplicate-zombie', 'duplicate-sink'],
  ['torn-commit-transient', 'torn-commit-permanent'],
];

/** `name` and its relatives. */
export function familyOf(name: AnomalyName): readonly AnomalyName[] {
  return families.find((family) => family.includes(name)) ?? [name];
}

/** Whether the anomaly breaks one of `promises`. */
function breaksPromise(name: AnomalyName, promises: readonly Guarantee[]): boolean {
  return anomalies[name].refutes.some((guarantee: Guarantee) => promises.includes(guarantee));
}

/**
 * The anomaly a shrunk case must keep: the first wanted one, else the first that breaks a promise,
 * else the first at all; null when there is none.
 */
export function primaryAnomaly(
  verdict: Verdict,
  wanted: readonly AnomalyName[],
): AnomalyName | null {
  const names = verdict.anomalies.map((anomaly) => anomaly.name);
  return (
    names.find((name) => wanted.includes(name)) ??
    names.find((name) => breaksPromise(name, verdict.promises)) ??
    names[0] ??
    null
  );
}
