/**
 * What a frame proxy does to frames: rules as data, and their check. Order within a channel is
 * never touched (law A10); `drop` and `duplicate` are for protocols that promise to notice.
 */

export type FrameDirection = 'upstream' | 'downstream';

/** Which frames a rule hits. */
interface Match {
  readonly direction: FrameDirection | 'both';
  /** Null: every channel. */
  readonly channel: number | null;
  /** Probability per frame, 0 to 1. */
  readonly share: number;
  /** Frames it hits at most, over all connections; absent: no bound. */
  readonly limit?: number;
}

export type FrameRule = Match &
  (
    | { readonly kind: 'drop' }
    /** The copy follows its original directly. */
    | { readonly kind: 'duplicate' }
    /** Holds the frame, and what follows it in its channel, for `delayMs` +/- `jitterMs`. */
    | { readonly kind: 'delay'; readonly delayMs: number; readonly jitterMs: number }
    /** Holds the frame until `frames` of other channels went ahead, at most `waitMs`. */
    | { readonly kind: 'reorder'; readonly frames: number; readonly waitMs: number }
  );

/** A rule at work, shared by all connections of a proxy. */
export interface ActiveRule {
  readonly rule: FrameRule;
  hitsLeft: number;
}

/** Rules that have hit nothing yet. */
export function activate(rules: readonly FrameRule[]): readonly ActiveRule[] {
  return rules.map((rule) => ({ rule, hitsLeft: rule.limit ?? Infinity }));
}

/**
 * A rule that cannot be followed; the message names the rule, the value and what would be right.
 */
export class FrameRuleError extends Error {
  override readonly name = 'FrameRuleError';
}

const waitMsMax = 2_147_483_647;

/** Throws {@link FrameRuleError} for the first value out of range. */
export function checkRules(rules: readonly FrameRule[]): void {
  for (const [index, rule] of rules.entries()) {
    const check = (member: string, value: number, range: readonly [number, number]): void => {
      if (value >= range[0] && value <= range[1]) return;
      throw new FrameRuleError(
        `rule ${index} (${rule.kind}): ${member} is ${value}, it must be from ${range[0]} to ${range[1]}`,
      );
    };
    check('share', rule.share, [0, 1]);
    if (rule.limit !== undefined) check('limit', rule.limit, [1, Infinity]);
    if (rule.kind === 'delay') {
      check('delayMs', rule.delayMs, [0, waitMsMax]);
      check('jitterMs', rule.jitterMs, [0, rule.delayMs]);
    } else if (rule.kind === 'reorder') {
      check('frames', rule.frames, [1, 1_000_000]);
      check('waitMs', rule.waitMs, [0, waitMsMax]);
    }
  }
}
