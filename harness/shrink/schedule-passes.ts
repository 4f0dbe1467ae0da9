/**
 * Passes over the fault schedule: fewer faults, then simpler ones at rounder times.
 */
import type { Case } from '../../src/model/case.ts';
import type { Fault, FaultAction, FaultTime } from '../../src/model/fault.ts';
import { deltaDebug } from './delta-debug.ts';
import type { Search } from './search.ts';

export async function dropFaults(search: Search): Promise<void> {
  const base = search.current;
  await deltaDebug(base.schedule, (kept) => search.accept({ ...base, schedule: kept }));
}

/** Tries every simpler form of every fault, the simplest first. */
export async function simplifyFaults(search: Search): Promise<void> {
  for (const index of search.current.schedule.keys()) {
    for (const simpler of simplerFaults) {
      const fault = search.current.schedule[index];
      if (fault === undefined) return;
      for (const candidate of simpler(fault)) {
        if (await search.accept(withFault(search.current, index, candidate))) break;
      }
    }
  }
}

function withFault(kase: Case, index: number, fault: Fault): Case {
  return { ...kase, schedule: kase.schedule.map((old, i) => (i === index ? fault : old)) };
}

const simplerFaults: readonly ((fault: Fault) => Fault[])[] = [
  (fault) => simplerAnchors(fault.when).map((when) => ({ ...fault, when })),
  (fault) => rounderTimes(fault.when).map((when) => ({ ...fault, when })),
  (fault) => shorterActions(fault.action).map((action) => ({ ...fault, action })),
];

function simplerAnchors(when: FaultTime): FaultTime[] {
  if ('at' in when) return [];
  const anywhere = { ...when, checkpoint: null, operator: null, subtask: null };
  const candidates: FaultTime[] = [];
  const restricted = when.checkpoint !== null || when.operator !== null || when.subtask !== null;
  if (when.occurrence > 1) candidates.push({ ...anywhere, occurrence: 1 });
  if (restricted) candidates.push(anywhere);
  if (when.subtask !== null) candidates.push({ ...when, subtask: null });
  if (when.checkpoint !== null) candidates.push({ ...when, checkpoint: null });
  if (when.operator !== null) candidates.push({ ...when, operator: null });
  if (when.occurrence > 1) candidates.push({ ...when, occurrence: 1 });
  return candidates;
}

function rounderTimes(when: FaultTime): FaultTime[] {
  if (!('at' in when)) return [];
  return rounder(when.at).map((at) => ({ at }));
}

/** Rounder or smaller values below `value`, the roundest first. */
function rounder(value: number): number[] {
  const candidates = [1000, 100, 10].map((step) => Math.floor(value / step) * step);
  return [...new Set(candidates)].filter((candidate) => candidate !== value);
}

function shorterActions(action: FaultAction): FaultAction[] {
  switch (action.kind) {
    case 'crash':
      return shorter(action.restartAfterMs).map((restartAfterMs) => ({
        ...action,
        restartAfterMs,
      }));
    case 'clock-jump':
      return rounder(Math.abs(action.byMs)).map((byMs) => ({
        ...action,
        byMs: Math.sign(action.byMs) * byMs,
      }));
    case 'reset':
      return [];
    case 'pause':
    case 'partition':
    case 'delay':
    case 'slow-link':
    case 'reorder':
    case 'drop':
    case 'duplicate':
    case 'disk':
    case 'store':
    case 'source-hold':
      return shorter(action.durationMs).map((durationMs) => ({ ...action, durationMs }));
  }
}

function shorter(value: number): number[] {
  const candidates = [1, ...rounder(value), Math.floor(value / 2)];
  return [...new Set(candidates)].filter((candidate) => candidate >= 1 && candidate < value);
}
