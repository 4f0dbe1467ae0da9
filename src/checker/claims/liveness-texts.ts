/**
 * Texts of the claims about time and ends.
 */
import type { LivenessClaim, LivenessHeadline, Work } from '../../model/claim-liveness.ts';
import { rowText } from './row-text.ts';
import { plural, type Texts } from './words.ts';

export const livenessHeadlineTexts: Texts<LivenessHeadline['kind']> = {
  'no-checkpoint-between': ({ since, until }) =>
    `No checkpoint completed between ${since} ms and ${until} ms, while the job ran`,
  'row-late': ({ output, t, by }) =>
    `${rowText(output.row)} became visible at ${t} ms, though it was due by ${by} ms`,
  'event-time-late': ({ operator, subtask, watermark, by, reached }) => {
    const at = reached === null ? 'in its attempt never did' : `did at ${reached} ms`;
    return `Event time of ${operator}[${subtask}] had to reach ${watermark} by ${by} ms; it ${at}`;
  },
  'ended-late': ({ t, by }) => `The job ended at ${t} ms, though it had to by ${by} ms`,
  'over-before': ({ output, over, isExact }) =>
    `The job said that it was over ${moment(over, isExact)}, before ${rowText(output.row)} was visible`,
  'worked-on': ({ attempt, work }) =>
    `Attempt ${attempt} ${workText(work)}, though the job was over`,
  'gave-up': ({ reason }) => `The job did not come to its end, but gave up (${reason})`,
  'cut-off': ({ leftMs }) =>
    `The job had not come to its end ${leftMs} ms after the last fault had healed and the last input had come`,
};

export const livenessTexts: Texts<LivenessClaim['kind']> = {
  'checkpoint-due': ({ name, by }) => `${name} = ${by} ms, by when one had to complete`,
  'checkpoints-within': ({ ms, isFirst }) =>
    `${isFirst ? 'the first' : 'a'} checkpoint completes within ${ms} ms, also when one fails before it`,
  'none-until': ({ until }) => `until ${until} ms none did`,
  'left-by': ({ name, by }) => `${name} = ${by} ms, by when it had left the pipeline`,
  'triggered-from': ({ checkpoint }) => `checkpoint ${checkpoint} was not triggered before D`,
  'shown-with': ({ checkpoint, completed, by }) =>
    `checkpoint ${checkpoint} was complete at ${completed} ms, so its rows are visible by ${by} ms`,
  'shown-at': ({ t }) => `the row became visible at ${t} ms`,
  'event-time-due': ({ name, watermark, by }) =>
    `${name} = ${watermark}, what the slowest split that counts had announced in time for ${by} ms`,
  'report-before': ({ report }) =>
    report === null
      ? 'it had reported nothing before'
      : `the report before was ${report.watermark} at ${report.t} ms`,
  'end-due': ({ name, input, by }) =>
    `${name} = ${by} ms: its last input or the order to stop, at ${input} ms, and its time to recover`,
  slack: ({ ms }) => `${ms} ms of it are slack for a busy machine`,
  excused: ({ from, to }) =>
    `faults excuse what is late from ${from} ms to ${to === null ? 'the end' : `${to} ms`}`,

  'job-said': ({ t }) => `it said at ${t} ms that it was over`,
  'job-over': ({ name, t, isExact }) => `${name}, when the job said so: ${moment(t, isExact)}`,
  'final-checkpoint': ({ checkpoint }) =>
    `checkpoint ${checkpoint} was the last one of the job: its input had ended`,
  'did-work': ({ attempt, work }) => `attempt ${attempt} ${workText(work)}`,
  'attempts-made': ({ attempts, most }) =>
    `it made ${plural(attempts, 'attempt')}, and its restart strategy allows ${most === null ? 'any number of' : most} failures`,
  'attempts-after': ({ attempts, t }) => `${attempts} of its attempts began after ${t} ms`,
  'enough-time': ({ leftMs, neededMs }) =>
    `its time to recover is ${neededMs} ms, and ${leftMs} ms were left`,
  'last-completed': ({ checkpoint, t }) => {
    if (checkpoint === null) return 'no checkpoint ever completed';
    const when = t === null ? 'which was restored' : `at ${t} ms`;
    return `the last completed checkpoint was ${checkpoint}, ${when}`;
  },
};

function moment(t: number, isExact: boolean): string {
  return isExact ? `at ${t} ms` : `by ${t} ms`;
}

function workText(work: Work): string {
  switch (work.did) {
    case 'began':
      return `began at ${work.t} ms, after the job had said that it was finished`;
    case 'checkpoint':
      return `took checkpoint ${work.checkpoint} at ${work.t} ms`;
    case 'event-time':
      return `moved event time of ${work.operator} to ${work.watermark} at ${work.t} ms`;
    case 'transaction':
      return `wrote transaction ${work.transaction}`;
    case 'row':
      return `showed a row at ${work.t} ms`;
  }
}
