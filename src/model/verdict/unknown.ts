/**
 * Why a verdict, or the result of a campaign, is not more than unknown. What counts, what is listed
 * and what is left out is decided by the kind; the text is for people, and nothing reads it.
 */
import type { Guarantee } from '../guarantee.ts';

/**
 * `vacuous`: too little happened to say more. `limit`: a step budget or another named limit was
 * spent. `error`: something failed that is no part of the subject.
 * `undecided`: the evidence does not decide it. `expectation`: what held is not what was expected.
 */
export type UnknownKind = 'vacuous' | 'limit' | 'error' | 'undecided' | 'expectation';

export interface Unknown {
  readonly kind: UnknownKind;
  /** The guarantee that is left open; null: the run or the campaign as a whole. */
  readonly guarantee: Guarantee | null;
  readonly text: string;
}
