/**
 * One descriptor per kind of fault: what it is aimed at, how long it lasts, what it may still do
 * when it has healed. Not here: how it strikes (src/faults/), and which parameters it takes
 * (validate/validate-schedule.ts).
 */
import type { FaultAction, FaultKind } from './fault.ts';

export type ActionOf<K extends FaultKind> = FaultAction & { readonly kind: K };

interface Descriptor<A> {
  /** How long it lasts, ms; null: it strikes once and is over. */
  readonly durationMs: ((action: A) => number) | null;
  /**
   * What it may still do when it has healed, ms: messages on their way, a clock that stays wrong.
   */
  readonly afterEffectMs: (action: A) => number;
  /** By how much it sets a clock back or forth, ms. */
  readonly clockJumpMs: (action: A) => number;
  /** Whether it may end a process. */
  readonly endsProcess: boolean;
  /** Whether a node may seem idle while it lasts, or a split that has records. */
  readonly silences: boolean;
}

const none = (): number => 0;
const lasting = {
  durationMs: (action: { readonly durationMs: number }): number => action.durationMs,
  afterEffectMs: none,
  clockJumpMs: none,
  endsProcess: false,
  silences: false,
};

const faultKinds: { readonly [K in FaultKind]: Descriptor<ActionOf<K>> } = {
  crash: { ...lasting, durationMs: (action) => action.restartAfterMs, endsProcess: true },
  pause: { ...lasting, silences: true },
  partition: lasting,
  delay: { ...lasting, afterEffectMs: (action) => action.delayMs },
  'slow-link': lasting,
  reset: { ...lasting, durationMs: null },
  reorder: { ...lasting, afterEffectMs: (action) => action.waitMs },
  drop: lasting,
  duplicate: lasting,
  disk: { ...lasting, endsProcess: true },
  store: lasting,
  'clock-jump': {
    ...lasting,
    durationMs: null,
    afterEffectMs: (action) => Math.abs(action.byMs),
    clockJumpMs: (action) => Math.abs(action.byMs),
  },
  'source-hold': { ...lasting, silences: true },
};

/** The entry of its own kind takes the action: that the two belong together is known here alone. */
function descriptorOf(action: FaultAction): Descriptor<FaultAction> {
  return faultKinds[action.kind] as Descriptor<FaultAction>;
}

/** How long the fault lasts, ms; 0 for one that strikes once. */
export function durationOf(action: FaultAction): number {
  return descriptorOf(action).durationMs?.(action) ?? 0;
}

/** What the fault may still do when it has healed, ms. */
export function afterEffectOf(action: FaultAction): number {
  return descriptorOf(action).afterEffectMs(action);
}

/** By how much the fault sets a clock back or forth, ms. */
export function clockJumpOf(action: FaultAction): number {
  return descriptorOf(action).clockJumpMs(action);
}

export function endsProcess({ kind }: FaultAction): boolean {
  return faultKinds[kind].endsProcess;
}

/** Whether a node may seem idle while the fault lasts, or a split that has records. */
export function silences({ kind }: FaultAction): boolean {
  return faultKinds[kind].silences;
}
