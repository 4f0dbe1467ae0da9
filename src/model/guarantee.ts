/**
 * Guarantees and the anomalies that refute them: names and the implication graph, as data.
 * Normative text: SEMANTICS.md.
 */

export const guarantees = [
  'validity',
  'at-most-once',
  'at-least-once',
  'effectively-once',
  'exactly-once',
  'ordered',
  'atomic-commit',
  'snapshot-consistent',
  'monotone',
  'checkpoint-sound',
  'watermark-sound',
  'watermark-live',
  'event-time-order',
  'progress',
] as const;
export type Guarantee = (typeof guarantees)[number];

export const anomalyNames = [
  'phantom',
  'state-divergence',
  'misroute',
  'duplicate-replay',
  'duplicate-zombie',
  'duplicate-sink',
  'duplicate',
  'masked',
  'loss',
  'wrong-final',
  'aborted-visible',
  'zombie-commit',
  'forked-state',
  'reorder',
  'torn-commit-transient',
  'torn-commit-permanent',
  'premature-visible',
  'commit-regression',
  'inconsistent-cut',
  'cut-regression',
  'rollback',
  'offset-skew',
  'watermark-regression',
  'watermark-overtake',
  'early-fire',
  'ontime-dropped',
  'late-included',
  'double-fire',
  'window-content',
  'side-output-loss',
  'watermark-stall',
  'missing-fire',
  'lost-timer',
  'out-of-event-order',
  'stall',
  'premature-finish',
  'work-after-end',
] as const;
export type AnomalyName = (typeof anomalyNames)[number];

export interface AnomalyMeaning {
  readonly refutes: readonly Guarantee[];
  readonly means: string;
}

/** Every anomaly with the guarantees it refutes directly and a one-line meaning. */
export const anomalies: Readonly<Record<AnomalyName, AnomalyMeaning>> = {
  phantom: {
    refutes: ['validity', 'exactly-once', 'effectively-once', 'snapshot-consistent'],
    means: 'a visible record that no input explains',
  },
  'state-divergence': {
    refutes: [
      'validity',
      'exactly-once',
      'effectively-once',
      'snapshot-consistent',
      'checkpoint-sound',
    ],
    means: 'a value that is not the fold of the records it claims to contain',
  },
  misroute: {
    refutes: ['validity', 'exactly-once', 'effectively-once', 'snapshot-consistent'],
    means: 'a record counted under another key',
  },
  'duplicate-replay': {
    refutes: ['at-most-once', 'exactly-once', 'snapshot-consistent'],
    means: 'records replayed after a restore became visible a second time',
  },
  'duplicate-zombie': {
    refutes: ['at-most-once', 'exactly-once', 'snapshot-consistent'],
    means: 'a superseded attempt made records visible a second time',
  },
  'duplicate-sink': {
    refutes: ['at-most-once', 'exactly-once', 'snapshot-consistent'],
    means: 'one transaction became visible twice',
  },
  duplicate: {
    refutes: ['at-most-once', 'exactly-once', 'snapshot-consistent'],
    means: 'an input contributes more than once to visible output',
  },
  masked: {
    refutes: ['at-most-once', 'at-least-once', 'exactly-once', 'effectively-once'],
    means: 'one record lost and another doubled: the count is right, the content is not',
  },
  loss: {
    refutes: ['at-least-once', 'exactly-once', 'effectively-once'],
    means: 'a due input contributes to no visible output',
  },
  'wrong-final': {
    refutes: ['effectively-once'],
    means: 'the last value of a key is not the one of any legal run',
  },
  'aborted-visible': {
    refutes: ['exactly-once', 'atomic-commit'],
    means: 'a record of an aborted transaction is visible',
  },
  'zombie-commit': {
    refutes: ['exactly-once', 'atomic-commit'],
    means: 'a superseded attempt committed after its successor had started',
  },
  'forked-state': {
    refutes: ['validity', 'exactly-once', 'effectively-once', 'snapshot-consistent'],
    means: 'two visible values of a key of which neither continues the other',
  },
  reorder: { refutes: ['ordered'], means: 'records of one split appear out of order under a key' },
  'torn-commit-transient': {
    refutes: ['atomic-commit', 'snapshot-consistent'],
    means: 'a transaction was visible in part for a while',
  },
  'torn-commit-permanent': {
    refutes: ['atomic-commit', 'snapshot-consistent', 'at-least-once', 'exactly-once'],
    means: 'a transaction stayed visible in part',
  },
  'premature-visible': {
    refutes: ['atomic-commit', 'snapshot-consistent'],
    means: 'records were visible before their checkpoint completed',
  },
  'commit-regression': {
    refutes: ['atomic-commit'],
    means: 'a sink subtask committed an older checkpoint after a newer one',
  },
  'inconsistent-cut': {
    refutes: ['snapshot-consistent'],
    means: 'no prefix of the input yields the visible state',
  },
  'cut-regression': { refutes: ['monotone'], means: 'only decreasing cuts explain the commits' },
  rollback: {
    refutes: ['monotone', 'snapshot-consistent'],
    means: 'a visible value returned to an earlier state',
  },
  'offset-skew': {
    refutes: ['checkpoint-sound'],
    means: "a checkpoint's source offsets do not match its state",
  },
  'watermark-regression': {
    refutes: ['watermark-sound'],
    means: 'a watermark went back within one attempt',
  },
  'watermark-overtake': {
    refutes: ['watermark-sound'],
    means: 'a watermark passed the minimum of the active inputs',
  },
  'early-fire': {
    refutes: ['watermark-sound'],
    means: 'a window or timer fired before the watermark could have passed it',
  },
  'ontime-dropped': {
    refutes: ['watermark-sound', 'at-least-once', 'exactly-once'],
    means: 'a record that no legal schedule makes late was dropped as late',
  },
  'late-included': {
    refutes: ['watermark-sound', 'exactly-once', 'effectively-once'],
    means: 'a record that every legal schedule makes late was counted',
  },
  'double-fire': {
    refutes: ['watermark-sound', 'exactly-once'],
    means: 'a window fired again with nothing new',
  },
  'window-content': {
    refutes: ['watermark-sound', 'exactly-once', 'effectively-once'],
    means: 'a pane holds records of other windows or misses its own',
  },
  'side-output-loss': {
    refutes: ['watermark-sound', 'at-least-once', 'exactly-once'],
    means: 'a record is in no pane and not in the late output',
  },
  'watermark-stall': {
    refutes: ['watermark-live'],
    means: 'watermarks stood still while input moved on',
  },
  'missing-fire': {
    refutes: ['watermark-live', 'at-least-once', 'exactly-once', 'effectively-once'],
    means: 'a window that was due never fired',
  },
  'lost-timer': {
    refutes: ['watermark-live', 'at-least-once', 'exactly-once', 'effectively-once'],
    means: 'a timer that was due never fired',
  },
  'out-of-event-order': {
    refutes: ['event-time-order'],
    means: 'an operator that sorts by event time emitted out of order',
  },
  stall: {
    refutes: ['progress'],
    means: 'the job stood still, or did not end, for longer than its own options explain',
  },
  'premature-finish': {
    refutes: ['progress', 'at-least-once', 'exactly-once', 'effectively-once'],
    means: 'the job said that it was over before what it owed was visible',
  },
  'work-after-end': {
    refutes: ['progress'],
    means: 'a job that was over went on working',
  },
};

/** Anomaly => anomalies it implies (Elle's graph of anomalies, for streams). */
export const implications: Readonly<Partial<Record<AnomalyName, readonly AnomalyName[]>>> = {
  masked: ['loss', 'duplicate'],
  'torn-commit-permanent': ['loss'],
  'duplicate-replay': ['duplicate'],
  'duplicate-zombie': ['duplicate'],
  'duplicate-sink': ['duplicate'],
  'ontime-dropped': ['loss'],
  'double-fire': ['duplicate'],
  'missing-fire': ['loss'],
  'lost-timer': ['loss'],
  'side-output-loss': ['loss'],
  rollback: ['cut-regression'],
};
