/**
 * The rules that explanations cite, each with its fixed sentence. SEMANTICS.md states all of them
 * (a test compares). A rule says what holds for every correct run and nothing about this one.
 */
export const rules = {
  once: 'each input contributes to visible output once',
  'one-history': 'the values of a key are one history: each is made from the one before',
  'one-value-each': 'each record of a key gives a value of its own',
  'panes-apart': 'a record shows in one pane of its window only',
  'panes-grow': 'a window that is kept fires again only with something new, and with all it held',
  'panes-whole': 'what an operator takes from another one it takes row by row, whole',
  'on-time-first': 'what arrives before a window can fire is in the pane it fires first',
  'one-state':
    'within one attempt a window that has fired keeps what it holds, or is gone for good',
  'late-one-by-one': 'a window that has fired fires again with each late record it takes',
  'taken-further': 'a record that a window has taken is not late for one that ends later',
  'timers-take-all': 'a timer without a late check takes every record',
  'pane-or-late': 'a record is in a pane or in the late output, and never in both',
  'sorted-or-late': 'a row that enters a sort shows or is in the late output, and never both',
  whole: 'a transaction is visible whole or not at all',
  'aborted-unseen': 'a read-committed reader sees nothing of an aborted transaction',
  'commits-in-order': 'a subtask commits its checkpoints in order',
  'no-cut': 'no prefix of a split contains a record without those before it',
  'watermarks-rise': 'within an attempt a watermark never goes back',
  'shown-at-once': 'a sink without transactions shows what has left the pipeline at once',
  'owed-by-end': 'what the job owes is visible when it says that it is over',
  'over-stays-over':
    'a job that is over commits what its last checkpoint holds, and does nothing else',
  'comes-to-its-end':
    'when the faults have healed and the input has come, nothing keeps the job from its end',
  'value-of-record': 'a row carries the fingerprint of its record',
  'values-grow': 'the values of a key only grow',
  'append-first': 'an append sink shows what a checkpoint covers before that completes',
  'commits-one-by-one': 'a sink with one subtask commits one checkpoint after another',
  'listed-whole': 'a row that enters an aggregate is listed whole',
  'shown-when-read': 'a running value shows when the last of its records is read',
  'watermark-minimum': 'a watermark never passes the minimum of its inputs',
} as const;
export type RuleName = keyof typeof rules;
