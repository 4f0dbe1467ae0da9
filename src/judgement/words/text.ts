/**
 * Claims as text: the one place where the sentences of explanations are worded.
 */
import type { Claim, ClaimKind } from '../../model/verdict/claim.ts';
import { rules } from '../../model/verdict/rule.ts';
import { livenessHeadlineTexts, livenessTexts } from './liveness-texts.ts';
import { nameTexts } from './name-texts.ts';
import { rowHeadlineTexts } from './row-headline-texts.ts';
import { rowTexts } from './row-texts.ts';
import { runHeadlineTexts, runTexts } from './run-texts.ts';
import { streamHeadlineTexts, streamTexts } from './stream-texts.ts';
import { windowHeadlineTexts, windowTexts } from './window-texts.ts';
import type { Texts } from './words.ts';

const texts: Texts<ClaimKind> = {
  ...nameTexts,
  ...rowHeadlineTexts,
  ...rowTexts,
  ...windowHeadlineTexts,
  ...windowTexts,
  ...runHeadlineTexts,
  ...runTexts,
  ...livenessHeadlineTexts,
  ...livenessTexts,
  ...streamHeadlineTexts,
  ...streamTexts,
  rule: ({ rule }) => rules[rule],
};

export function claimText(claim: Claim): string {
  const text = texts[claim.kind] as (claim: Claim) => string;
  return text(claim);
}

/** The sentence of an explanation: what is wrong, and then how. */
export function headline(claims: readonly string[]): string {
  const [first = '', ...rest] = claims;
  return rest.length === 0 ? `${first}.` : `${first}: ${rest.join('; ')}.`;
}

/** Claims told one after another. */
export function forensicsText(claims: readonly Claim[]): string | null {
  return claims.length === 0 ? null : claims.map(claimText).join('; ');
}
