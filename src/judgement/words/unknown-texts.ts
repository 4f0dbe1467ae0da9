/**
 * Why a run or a campaign as a whole is unknown: of each reason, what kind it is and how it is
 * told. What is left open of a single guarantee is told by the check that leaves it open.
 */
import type { Unknown, UnknownKind } from '../../model/verdict/unknown.ts';

/** A reason with what its sentence names. */
export type Reason =
  | { readonly reason: 'fault-without-effect'; readonly fault: number; readonly action: string }
  | { readonly reason: 'empty-workload' | 'no-output' | 'no-checkpoint' | 'nothing-visible' }
  | { readonly reason: 'unknown-end'; readonly ending: string }
  | { readonly reason: 'empty-history' | 'no-end-event' }
  | { readonly reason: 'limit-hit'; readonly limit: string }
  | { readonly reason: 'contradiction'; readonly first: string; readonly more: number }
  | {
      readonly reason: 'unknown-function';
      readonly operator: string;
      readonly kind: string;
      readonly name: string;
    }
  | { readonly reason: 'function-failed'; readonly message: string }
  | { readonly reason: 'claim-refuted'; readonly anomaly: string; readonly claim: string }
  | { readonly reason: 'run-failed'; readonly message: string }
  | { readonly reason: 'no-run' | 'no-run-counts' }
  | { readonly reason: 'never-happened'; readonly name: string; readonly runs: number }
  | { readonly reason: 'other-strength'; readonly expected: string; readonly was: string };

const kinds: Readonly<Record<Reason['reason'], UnknownKind>> = {
  'fault-without-effect': 'vacuous',
  'empty-workload': 'vacuous',
  'no-output': 'vacuous',
  'no-checkpoint': 'vacuous',
  'nothing-visible': 'vacuous',
  'unknown-end': 'vacuous',
  'empty-history': 'undecided',
  'no-end-event': 'undecided',
  'limit-hit': 'limit',
  contradiction: 'undecided',
  'unknown-function': 'undecided',
  'function-failed': 'error',
  'claim-refuted': 'error',
  'run-failed': 'error',
  'no-run': 'vacuous',
  'no-run-counts': 'vacuous',
  'never-happened': 'vacuous',
  'other-strength': 'expectation',
};

export function unknownFor(reason: Reason): Unknown {
  return { kind: kinds[reason.reason], guarantee: null, text: textOf(reason) };
}

function textOf(reason: Reason): string {
  switch (reason.reason) {
    case 'fault-without-effect':
      return `fault ${reason.fault} (${reason.action}) never took effect`;
    case 'unknown-end':
      return reason.ending;
    case 'limit-hit':
      return `the limit "${reason.limit}" was hit`;
    case 'contradiction': {
      const more = reason.more > 0 ? `, and ${reason.more} more` : '';
      return `the history contradicts itself on ${reason.first}${more}`;
    }
    case 'unknown-function': {
      const { operator, kind, name } = reason;
      return `${operator}: the ${kind} function "${name}" is not known here; pass it as { functions }`;
    }
    case 'function-failed':
      return reason.message;
    case 'claim-refuted': {
      const { anomaly, claim } = reason;
      return `defect of Tidemark: it explains ${anomaly} by what does not hold: "${claim}"`;
    }
    case 'run-failed':
      return `the run ended in an error: ${reason.message}`;
    case 'never-happened':
      return `"${reason.name}" never happened in ${reason.runs} runs`;
    case 'other-strength':
      return `the strongest guarantee should be ${reason.expected} and was ${reason.was}`;
    default:
      return fixedTexts[reason.reason];
  }
}

const fixedTexts = {
  'empty-workload': 'the workload is empty',
  'no-output': 'the sinks saw no output',
  'no-checkpoint': 'no checkpoint completed',
  'nothing-visible': 'nothing became visible',
  'empty-history': 'the history is empty',
  'no-end-event': 'the history has no end event',
  'no-run': 'no run was made',
  'no-run-counts': 'no run counts, because too little happened in each',
} as const;
