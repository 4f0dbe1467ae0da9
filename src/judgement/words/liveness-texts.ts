/**
 * Texts of the claims about time and ends.
 */
import type { LivenessClaim, LivenessHeadline, Work } from '../../model/verdict/claim-liveness.ts';
import { rowText } from './row-text.ts';
import { plural, type Texts } from './words.ts';

export const livenessHeadlineTexts: Texts<LivenessHeadline['kind']> = {
  'no-checkpoint-between': ({ since, until }) =>
    `No checkpoint completed between ${ms(since)} and ${ms(until)}, while the job ran`,
  'row-late': ({ output, t, by }) =>
    `${rowText(output.row)} became visible at ${ms(t)}, though it was due by ${ms(by)}`,
  'event-time-late': ({ operator, subtask, watermark, by, reached }) => {
    const at = reached === null ? 'in its attempt never did' : `did at ${ms(reached)}`;
    return `Event time of ${operator}[${subtask}] had to reach ${watermark} by ${ms(by)}; it ${at}`;
  },
  'ended-late': ({ t, by }) => `The job ended at ${ms(t)}, though it had to by ${ms(by)}`,
  'over-before': ({ output, over, isExact }) =>
    `The job said that it was over ${moment(over, isExact)}, before ${rowText(output.row)} was visible`,
  'worked-on': ({ attempt, work }) =>
    `Attempt ${attempt} ${workText(work)}, though the job was over`,
  'gave-up': ({ reason }) => `The job did not come to its end, but gave up (${reason})`,
  'cut-off': ({ leftMs }) =>
    `The job had not come to its end ${ms(leftMs)} after the last fault had healed and the last input had come`,
};

export const livenessTexts: Texts<LivenessClaim['kind']> = {
  'checkpoint-due': ({ name, by }) => `${name} = ${ms(by)}, by when one had to complete`,
  'checkpoints-within': ({ ms: within, isFirst }) =>
    `${isFirst ? 'the first' : 'a'} checkpoint completes within ${ms(within)}, also when one fails before it`,
  'none-until': ({ until }) => `until ${ms(until)} none did`,
  'left-by': ({ name, by }) => `${name} = ${ms(by)}, by when it had to leave the pipeline`,
  'triggered-from': ({ checkpoint }) => `checkpoint ${checkpoint} was not triggered before D`,
  'shown-with': ({ checkpoint, completed, by }) =>
    `checkpoint ${checkpoint} was complete at ${ms(completed)}, so its rows are visible by ${ms(by)}`,
  'shown-at': ({ t }) => `the row became visible at ${ms(t)}`,
  'event-time-due': ({ name, watermark, by }) =>
    `${name} = ${watermark}, as far as the slowest split that counts had come, and event time by ${ms(by)}`,
  'report-before': ({ operator, subtask, report }) =>
    report === null
      ? `${operator}[${subtask}] had reported nothing before`
      : `the report before was ${report.watermark} at ${ms(report.t)}`,
  'end-due': ({ name, input, by }) =>
    `${name} = ${ms(by)}: its last input or the order to stop, at ${ms(input)}, and its time to recover`,
  slack: ({ ms: slack }) => `${ms(slack)} of it are slack for a busy machine`,
  excused: ({ from, to }) =>
    `faults excuse what is late from ${ms(from)} to ${to === null ? 'the end' : ms(to)}`,

  'job-said': ({ t }) => `it said at ${ms(t)} that it was over`,
  'job-over': ({ name, t, isExact }) => `${name}, when the job said so: ${moment(t, isExact)}`,
  'final-checkpoint': ({ checkpoint }) =>
    `checkpoint ${checkpoint} was the last one of the job: its input had ended`,
  'did-work': ({ attempt, work }) => `attempt ${attempt} ${workText(work)}`,
  'attempts-made': ({ attempts, most }) =>
    `it made ${plural(attempts, 'attempt')}, and its restart strategy allows ${most === null ? 'any number of' : most} failures`,
  'attempts-after': ({ attempts, t }) => `${attempts} of its attempts began after ${ms(t)}`,
  'enough-time': ({ leftMs, neededMs }) =>
    `its time to recover is ${ms(neededMs)}, and ${ms(leftMs)} were left`,
  'last-completed': ({ checkpoint, t }) => {
    if (checkpoint === null) return 'no checkpoint ever completed';
    const when = t === null ? 'which was restored' : `at ${ms(t)}`;
    return `the last completed checkpoint was ${checkpoint}, ${when}`;
  },
};

/** A time as histories have it, in whole microseconds. */
function ms(t: number): string {
  return `${Math.round(t * 1000) / 1000} ms`;
}

function moment(t: number, isExact: boolean): string {
  return isExact ? `at ${ms(t)}` : `by ${ms(t)}`;
}

function workText(work: Work): string {
  switch (work.did) {
    case 'began':
      return `began at ${ms(work.t)}, after the job had said that it was finished`;
    case 'checkpoint':
      return `took checkpoint ${work.checkpoint} at ${ms(work.t)}`;
    case 'event-time':
      return `moved event time of ${work.operator} to ${work.watermark} at ${ms(work.t)}`;
    case 'transaction':
      return `wrote transaction ${work.transaction}`;
    case 'row':
      return `showed a row at ${ms(work.t)}`;
  }
}
