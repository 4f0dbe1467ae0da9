/**
 * Verdicts and results as earlier versions wrote them, brought to the newest form, so that what was
 * kept stays readable. In version 1 reasons for *unknown* were sentences, and claims were not told.
 */
import { type Guarantee, guarantees } from '../../src/model/guarantee.ts';
import type { Unknown } from '../../src/model/verdict/unknown.ts';

type Members = Readonly<Record<string, unknown>>;

/** A result of version 1 as one of version 2; anything else as it is. */
export function newestResult(document: unknown): unknown {
  if (!isVersion1(document)) return document;
  return { ...document, schemaVersion: 2, scenarios: each(document['scenarios'], newestScenario) };
}

/** A verdict of version 1 as one of version 2; anything else as it is. */
export function newestVerdict(document: unknown): unknown {
  if (!isVersion1(document)) return document;
  return {
    ...document,
    schemaVersion: 2,
    unknowns: each(document['unknowns'], newestUnknown),
    anomalies: each(document['anomalies'], newestAnomaly),
  };
}

function isVersion1(document: unknown): document is Members {
  return isObject(document) && document['schemaVersion'] === 1;
}

function newestScenario(scenario: unknown): unknown {
  if (!isObject(scenario)) return scenario;
  const unknowns = each(scenario['unknowns'], newestUnknown);
  return { ...scenario, unknowns, cases: each(scenario['cases'], newestCase) };
}

function newestCase(kept: unknown): unknown {
  if (!isObject(kept) || 'open' in kept) return kept;
  return { ...kept, open: kept['status'] === 'unknown' ? newestUnknown(kept['sentence']) : null };
}

function newestAnomaly(anomaly: unknown): unknown {
  if (!isObject(anomaly)) return anomaly;
  const [explanation, blame] = [anomaly['explanation'], anomaly['blame']];
  return {
    ...anomaly,
    ...(isObject(explanation) ? { explanation: { claims: [], ...explanation } } : {}),
    ...(isObject(blame) ? { blame: { claims: [], ...blame } } : {}),
  };
}

/** What a sentence was about stood in front of it. */
function newestUnknown(sentence: unknown): unknown {
  if (typeof sentence !== 'string') return sentence;
  const [, about = '', rest = ''] = /^([a-z-]+): (.*)$/su.exec(sentence) ?? [];
  if (about === 'vacuous') return { kind: 'vacuous', guarantee: null, text: rest };
  const guarantee = guarantees.find((name) => name === about);
  return undecided(guarantee ?? null, guarantee === undefined ? sentence : rest);
}

function undecided(guarantee: Guarantee | null, text: string): Unknown {
  return { kind: 'undecided', guarantee, text };
}

function each(list: unknown, change: (member: unknown) => unknown): unknown {
  return Array.isArray(list) ? list.map(change) : list;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
