/**
 * What each anomaly and guarantee means, in a few sentences for someone who just met it: what was
 * seen, what usually causes it, where to look. Names and one-line meanings are in the model.
 */
import type { AnomalyName, Guarantee } from '../../../src/model/guarantee.ts';

export const anomalyTexts: Readonly<Record<AnomalyName, string>> = {
  phantom:
    'Something is visible that no input could have produced: an unknown id, a made-up value. Look at serialisation, at buffers that are reused, and at state that leaked from another job.',
  'state-divergence':
    'A value claims to be computed from certain records, and computing it from them gives something else. The state was changed while it was being copied, restored in part, or restored twice.',
  misroute:
    'A record was counted under a key that is not its own. Two subtasks disagree about which of them owns a key: look at key groups, above all after a change of parallelism.',
  'duplicate-replay':
    'After a restore, records from before the checkpoint were processed again and became visible again. The source offsets in the checkpoint are too low, or what had been committed was not part of it.',
  'duplicate-zombie':
    'An attempt that had been given up went on and made its results visible beside those of its successor. Fencing is missing or too weak: a paused process does not know that it was declared dead.',
  'duplicate-sink':
    'One and the same transaction became visible twice. Its commit was repeated without being idempotent, or it was written again under another name after its outcome was unknown.',
  duplicate:
    'An input contributes more than once to what is visible, in a pattern that is neither a plain replay nor a zombie.',
  masked:
    'One record is missing and another counted twice, so the totals look right. Count-based tests cannot see this; traces can.',
  loss: 'An input that was due is in no visible output, although the job says it is done. Offsets went ahead of the state, a transaction was forgotten, or a failed commit was taken for a success.',
  'wrong-final':
    'The last value an upsert sink shows for a key is not what any legal run ends with, although duplicates do not matter there.',
  'aborted-visible':
    'A reader that only reads committed data saw a record of a transaction that was rolled back.',
  'zombie-commit':
    'An attempt that had been replaced committed after its successor had started. Even when nothing is doubled, the order of what became visible is no longer under control.',
  'forked-state':
    'Two values of one key are visible of which neither continues the other: two subtasks held the key at the same time.',
  reorder:
    'Under one key, records of one split appear in another order than in the split, although the pipeline keeps that order.',
  'torn-commit-transient': 'For a while, a part of a transaction was visible without the rest.',
  'torn-commit-permanent':
    'A part of a transaction became visible and the rest never did. That is also a loss.',
  'premature-visible':
    'Records were visible before the checkpoint they belong to had completed. A failure in between takes back what a reader has already seen, or shows it twice.',
  'commit-regression':
    'A sink subtask committed an older checkpoint after a newer one, so a reader sees time go backwards.',
  'inconsistent-cut':
    'What is visible includes one record and excludes another that comes before it in the same split: it is the result of no prefix of the input.',
  'cut-regression': 'The visible states can only be explained by prefixes that get shorter.',
  rollback: 'A visible value went back to one it had before.',
  'offset-skew':
    'The source offsets in a completed checkpoint do not fit its state. Nothing shows until the job is restored from it; then it becomes a loss or a duplicate.',
  'watermark-regression':
    'Within one attempt an operator announced an event time lower than one it had announced before.',
  'watermark-overtake':
    'A watermark went beyond what the slowest active input allows, so records that are on time will be treated as late.',
  'early-fire':
    'A window or timer fired although event time could not have reached it. It will miss records that are still to come.',
  'ontime-dropped':
    'A record was dropped as late that no legal order of events makes late. Look at how watermarks of several inputs are merged, and at idle inputs.',
  'late-included':
    'A record was counted that every legal order of events makes late. Look at the boundary of the lateness check and at the window it is made for.',
  'double-fire': 'A window was emitted again without anything new in it.',
  'window-content':
    'A pane contains records of other windows, or lacks its own. Look at window starts for negative times and offsets, at sessions that merge, and at purging.',
  'side-output-loss':
    'A record is in no pane and not in the late output either: it was dropped without a trace.',
  'watermark-stall':
    'Input went on, and event time stood still. An idle input holds everything up, or a watermark got lost.',
  'missing-fire': 'Event time passed a window that had records, and it never fired.',
  'lost-timer':
    'A timer was registered, its time came, and it never fired: usually it was not restored.',
  'out-of-event-order':
    'An operator that promises to emit in event-time order emitted a smaller time after a larger one.',
  stall:
    'No fault is an excuse any more, and still no checkpoint completed, output that was due did not show, or the job did not end within its bound: something waits for a thing that does not come.',
  'premature-finish':
    'The job said that it was over, and rows that it owed became visible only then: whoever reads at that moment misses them.',
  'work-after-end':
    'The job was over, with its last checkpoint complete or by its own word, and an attempt of it still read, fired or took checkpoints.',
};

export const guaranteeTexts: Readonly<Record<Guarantee, string>> = {
  validity: 'Every visible record is what a legal run over some of the input yields.',
  'at-most-once': 'No input contributes more than once to what is visible.',
  'at-least-once': 'When the job has come to rest, every input that is due contributes.',
  'effectively-once':
    'The last value per key is that of a failure-free run, however often it was written.',
  'exactly-once':
    'When the job has come to rest, what is visible is what one failure-free run yields, and nothing visible is ever taken back.',
  ordered: 'Under one key, what is visible keeps the order of its inputs.',
  'atomic-commit':
    'What a sink subtask writes between two checkpoints becomes visible whole or not at all, and not before its checkpoint completed.',
  'snapshot-consistent':
    'Whatever is visible at any time is the result of some prefix of the input.',
  monotone: 'Those prefixes only get longer.',
  'checkpoint-sound':
    'The state in a completed checkpoint is the fold of the input below its offsets.',
  'watermark-sound':
    'Event time never goes back and never passes what is still to come; windows contain what they must.',
  'watermark-live': 'Event time goes on while input does, and the end of input fires everything.',
  'event-time-order': 'Operators that sort by event time emit in event-time order.',
  progress: 'After the faults are over, the job finishes within its bound.',
};
