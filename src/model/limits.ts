/**
 * Named limits of what Tidemark takes in (law A8). Whoever meets one reports its name, so that a
 * refusal can be told from a defect. Not here: budgets of a search or a run, which their owners
 * name.
 */
export type LimitName =
  | 'problemsMax'
  | 'operatorsMax'
  | 'splitsMax'
  | 'recordsMax'
  | 'faultsMax'
  | 'nameCharactersMax'
  | 'valueDepthMax'
  | 'historyValueDepthMax'
  | 'keyGroupsMax'
  | 'taskManagersMax'
  | 'slotsMax'
  | 'panesPerRecordMax'
  | 'durationMsMax'
  | 'historyEventsMax';

export const limits: Readonly<Record<LimitName, number>> = {
  /** Problems listed in one refusal; the rest is counted. */
  problemsMax: 10,
  operatorsMax: 200,
  splitsMax: 1_000,
  recordsMax: 2_000_000,
  faultsMax: 1_000,
  /** Characters of an id, a split name, a key or a scenario name. */
  nameCharactersMax: 1_000,
  /** Levels of arrays and objects inside one value. */
  valueDepthMax: 32,
  /** The same in what became visible: every operator may wrap what it got. */
  historyValueDepthMax: 500,
  /** Flink's upper bound of `maxParallelism`. */
  keyGroupsMax: 32_768,
  taskManagersMax: 64,
  slotsMax: 1_024,
  /** Panes one record may belong to in a sliding window (size / slide, rounded up). */
  panesPerRecordMax: 1_000,
  /** Any duration or virtual time: 30 days. */
  durationMsMax: 30 * 24 * 3_600_000,
  /** Events (lines) of one history. */
  historyEventsMax: 20_000_000,
};
