/**
 * Texts of the claims about windows, panes and event time.
 */
import type { WindowClaim, WindowHeadline } from '../../model/verdict/claim-windows.ts';
import { WATERMARK_MIN } from '../../model/value.ts';
import { are, list, place, type Texts } from './words.ts';

export const windowHeadlineTexts: Texts<WindowHeadline['kind']> = {
  'fired-again': ({ key, end }) =>
    `The window ending at ${end} of key ${key} fired again with what it had fired already`,
  'in-parts': ({ key, end }) => `The window ending at ${end} of key ${key} came in two parts`,
  gained: ({ key, end, records }) =>
    `The window ending at ${end} of key ${key} gained ${records.length} late records at once`,
  'fired-early': ({ key, end }) =>
    `The pane ending at ${end} of key ${key} fired before the watermark could have passed it`,
  'no-choice': ({ key, end }) =>
    `No legal choice of records was found that gives the panes of the window ending at ${end} of key ${key}`,
  'missing-from-window': ({ records, key, end, isSession }) =>
    isSession
      ? `${list(records)} ${are(records)} missing from the sessions of key ${key}`
      : `${list(records)} ${are(records)} missing from the window ending at ${end} of key ${key}`,
  'two-sessions': ({ records }) => `${list(records)} belong to one session but came in two`,
  'copies-apart': ({ records, sink }) =>
    `Copies of ${list(records)} belong to one session but came in two at ${sink}`,
  'not-one-window': ({ sink, records }) =>
    `A pane at ${sink} is not what one window gives for ${list(records)}`,
  misplaced: ({ records, sink, isRouted }) =>
    `${list(records)} ${are(records)} in a pane of another ${isRouted ? 'key' : 'time'} at ${sink}`,
  'pane-given-by-none': ({ sink }) =>
    `The value of a pane at ${sink} is not what its window's records give`,
  'late-counts': ({ records }) => `${list(records)} is late in every legal schedule, yet it counts`,
  'ontime-dropped': ({ records }) =>
    `${list(records)} is late in no legal schedule, yet it was dropped as late`,
  'in-both': ({ records }) => `${list(records)} is in a pane and in the late output`,
  'sorted-and-late': ({ records }) => `${list(records)} was sorted and is in the late output`,
  'sorted-nor-late': ({ records }) =>
    `${list(records)} was not sorted and is not in the late output`,
  'in-neither': ({ records }) => `${list(records)} is in no pane and not in the late output`,
  'time-back': ({ key, sink, times: [before, after] }) =>
    `Key ${key} shows time ${after} after ${before} at ${sink}`,
  'no-schedule': ({ key }) => `No watermark schedule explains what the panes of key ${key} hold`,
};

export const windowTexts: Texts<WindowClaim['kind']> = {
  'in-window': ({ records, window: { start, end } }) =>
    `the window [${start}, ${end}) holds ${list(records)}`,
  'within-gap': ({ records }) => `${list(records)} are at most one gap apart`,
  'not-in-window': ({ records, end }) =>
    end === null
      ? `no pane contains ${list(records)}`
      : `no pane that ends at ${end} contains ${list(records)}`,
  'no-common-window': ({ records, operator }) => `no window of ${operator} holds ${list(records)}`,
  'times-of': ({ records, times }) =>
    times.length === 0
      ? `${list(records)} shows at no time`
      : `${list(records)} belongs to time ${times.join(' and ')}`,
  'of-time': ({ row, ts }) => `${row} is of time ${ts}`,
  'emits-in-time': ({ operator }) => `${operator} emits a key in order of event time`,
  punctual: ({ operator }) => `no record that reaches ${operator} is later than the bound allows`,
  unpassed: ({ records, limit }) =>
    `no legal schedule lets the watermark reach ${limit} before ${list(records)} arrives`,
  passed: ({ records, limit }) =>
    `in every legal schedule the watermark had reached ${limit} before ${list(records)} arrived`,
  unreached: ({ checkpoint, watermark }) => {
    const when = checkpoint === null ? 'in the whole run' : 'at that cut';
    return watermark === WATERMARK_MIN
      ? `there is no legal watermark ${when}`
      : `no legal watermark is beyond ${watermark} ${when}`;
  },
  'met-late': ({ record, end, low }) =>
    `${place(record)} is in no pane that ends at ${end}: it met a watermark from ${low} on`,
  'met-within': ({ record, row, low, high }) => {
    const from = low === null ? '' : ` from ${low} on`;
    const below = high === null ? '' : ` below ${high}`;
    return `${place(record)} is in ${row}: it met a watermark${from}${low !== null && high !== null ? ' and' : ''}${below}`;
  },
  'no-watermarks': () => 'no order in which the splits may meet gives such watermarks',
  tried: ({ what, count }) =>
    `each of ${count} ${what} was tried, and each breaks a rule of windows`,
};
