/**
 * Why nothing explains a refuted object: the longest order that does work, the operation at which
 * every order dies, and what is wrong with each possible next step. For people; verdicts do not
 * rest on it.
 */
import { canonicalJson } from '../../base/json.ts';
import { shownJson } from '../../model/exact/exact-value.ts';
import type { Value } from '../../model/value.ts';
import type {
  Certificate,
  ContradictionRule,
  DeadFrontierCertificate,
} from '../history/certificate.ts';
import {
  neverReturned,
  operationAt,
  type Operation,
  type OperationHistory,
} from '../history/history.ts';
import { longestPartial, type Partial } from './longest-partial.ts';
import type { SequentialModel } from '../history/model.ts';
import type { Partition } from '../history/partitions.ts';

/** One operation of the partial order, with the object's state around it. */
export interface ExplainedStep {
  readonly row: number;
  readonly text: string;
  readonly before: string;
  readonly after: string;
}

/** An operation that could come next by real time, and why the model refuses it. */
export interface IllegalNext {
  readonly row: number;
  readonly text: string;
  readonly reason: string;
}

/** One operation on the time line around the contradiction; `to` null: it never returned. */
export interface TimelineOperation {
  readonly row: number;
  readonly process: string;
  readonly text: string;
  readonly line: number;
  /** Positions among the history's events. */
  readonly from: number;
  readonly to: number | null;
  readonly role: 'witness' | 'ordered' | 'next' | 'other';
  /** Place in the longest partial order, from 1; null when it is not in it. */
  readonly place: number | null;
}

export interface OperationExplanation {
  readonly sentence: string;
  /** Rows that contradict each other, or the one at which every order dies. */
  readonly witnesses: readonly number[];
  /** Where the longest partial order ends; null when it was not looked for. */
  readonly death: number | null;
  readonly partial: readonly ExplainedStep[];
  /** Why the longest partial order is missing; null when it is there. */
  readonly unfinished: string | null;
  readonly next: readonly IllegalNext[];
  readonly timeline: readonly TimelineOperation[];
}

/** Operations on the time line of an explanation. */
const timelineMax = 60;

/** Operations of a partial order that are spelled out; the last ones. */
const partialMax = 200;

/** `stepsMax`: steps for finding the longest partial order. */
export function explain(
  history: OperationHistory,
  model: SequentialModel,
  refuted: {
    readonly partition: Partition;
    readonly certificate: Certificate;
    readonly stepsMax: number;
  },
): OperationExplanation {
  const { partition, certificate, stepsMax } = refuted;
  const scene = { history, model, partition };
  const partial = longestPartial(scene, certificate, stepsMax);
  const death = partial?.death ?? (certificate.kind === 'dead-frontier' ? certificate.death : null);
  const witnesses =
    certificate.kind === 'contradiction' ? certificate.operations.filter((row) => row >= 0) : [];
  const { steps, state } = replay(scene, partial?.order ?? []);
  return {
    sentence: sentenceOf(history, certificate, partial === null ? null : show(state)),
    witnesses: witnesses.length > 0 || death === null ? witnesses : [death],
    death,
    partial: steps,
    unfinished:
      partial === null
        ? `the longest order that works was not found within ${stepsMax} steps of search`
        : null,
    timeline: timelineOf(scene, [...witnesses], partial),
    next: partial === null ? [] : illegalNext(scene, partial, state),
  };
}

/** The last steps of an order, and the state they lead to. */
function replay(
  { history, model }: Scene,
  order: readonly number[],
): { readonly steps: readonly ExplainedStep[]; readonly state: Value } {
  const steps: ExplainedStep[] = [];
  let state = model.initial;
  order.forEach((row, i) => {
    const operation = operationAt(history, row);
    const next = model.step(state, operation) ?? state;
    if (i >= order.length - partialMax) {
      steps.push({ row, text: describe(operation), before: show(state), after: show(next) });
    }
    state = next;
  });
  return { steps, state };
}

interface Scene {
  readonly history: OperationHistory;
  readonly model: SequentialModel;
  readonly partition: Partition;
}

/** Operations called before the death and not in the order, the dying one first. */
function illegalNext(scene: Scene, partial: Partial, state: Value): IllegalNext[] {
  const { history, model, partition } = scene;
  const end = history.returns[partial.death] as number;
  const placed = new Set(partial.order);
  const open = Array.from(partition.ops).filter(
    (row) => !placed.has(row) && (history.call[row] as number) < end,
  );
  open.sort((a, b) => Number(b === partial.death) - Number(a === partial.death));
  return open.slice(0, 20).flatMap((row) => {
    const operation = operationAt(history, row);
    const next = model.step(state, operation);
    const text = describe(operation);
    if (next === undefined) return [{ row, text, reason: reasonOf(operation, state) }];
    const reason = `possible, but leads to ${show(next)}, from where ${describe(
      operationAt(history, partial.death),
    )} cannot be reached either`;
    return row === partial.death || history.returns[row] === neverReturned
      ? []
      : [{ row, text, reason }];
  });
}

/** The witnesses, and what happened last before the death. */
function timelineOf(
  { history, partition }: Scene,
  witnesses: readonly number[],
  partial: Partial | null,
): TimelineOperation[] {
  const shown = partial === null ? witnesses : [...witnesses, partial.death];
  const ends = shown.map((row) => history.returns[row] as number);
  const horizon = Math.max(
    ...ends.filter((end) => end !== neverReturned),
    ...shown.map((row) => history.call[row] as number),
  );
  const past = Array.from(partition.ops).filter((row) => (history.call[row] as number) <= horizon);
  const recent = past.slice(-timelineMax);
  const rows = [...new Set([...shown, ...recent])].toSorted((a, b) => a - b);
  const places = new Map(partial?.order.map((row, i) => [row, i + 1]));
  return rows.map((row) => {
    const end = history.returns[row] as number;
    const place = places.get(row) ?? null;
    const unplaced = partial === null ? 'other' : 'next';
    const bystander = place === null ? unplaced : 'ordered';
    return {
      row,
      process: String(history.processes[history.process[row] as number]),
      text: describe(operationAt(history, row)),
      line: history.line[row] as number,
      from: history.call[row] as number,
      to: end === neverReturned ? null : end,
      role: shown.includes(row) ? 'witness' : bystander,
      place,
    };
  });
}

function reasonOf(operation: Operation, state: Value): string {
  const now = show(state);
  if (operation.f === 'cas') {
    const [from] = Array.isArray(operation.input) ? (operation.input as readonly Value[]) : [null];
    return operation.outcome === 'failed'
      ? `it failed, but the value is ${now}, which it asked for`
      : `it asks for ${show(from ?? null)}, but the value is ${now}`;
  }
  if (operation.outcome === 'ok') {
    return `it returned ${show(operation.output)}, but the state is ${now}`;
  }
  return `it cannot take effect in ${now}`;
}

const ruleTexts: Readonly<Record<ContradictionRule, string>> = {
  'never-written': 'observed a value that no operation produced',
  'read-before-write': 'observed a value before anything that produces it was called',
  'stale-read': 'observed a value that had been replaced before it was called',
  'interleaved-values':
    'and the others on two values would have to come both before and after each other',
  'repeated-element': 'observed an element twice that was added once',
  'incompatible-reads':
    'and another observation contradict each other: neither continues the other',
  'order-contradiction':
    'must come before another operation that had already returned when it was called',
};

/** `state`: where the longest order that works leads; null when it is not known. */
function sentenceOf(
  history: OperationHistory,
  certificate: Certificate,
  state: string | null,
): string {
  if (certificate.kind === 'linearization') return 'The history is linearizable.';
  if (certificate.kind === 'dead-frontier') {
    const text = describe(operationAt(history, certificate.death));
    const longest = state === null ? '' : `: the longest one that works leaves ${state}`;
    return (
      `No order of the operations explains ${text} (${where(history, certificate.death)})` +
      `${longest}${relaxedText(certificate)}.`
    );
  }
  const [first = 0, second] = certificate.operations.filter((row) => row >= 0);
  const named = (row: number): string =>
    `${describe(operationAt(history, row))} (${where(history, row)})`;
  const proof =
    certificate.rule === 'stale-read' && second !== undefined ? `, as ${named(second)} shows` : '';
  return `${named(first)} ${ruleTexts[certificate.rule]}${proof}.`;
}

function relaxedText({ relaxed, counted }: DeadFrontierCertificate): string {
  if (!relaxed) return '';
  const but = counted.length > 0 ? ` (but for ${counted.length} of them)` : '';
  return `, not even if operations without a reply${but} could take effect any number of times`;
}

/** Process and line of a row. */
function where(history: OperationHistory, row: number): string {
  const process = String(history.processes[history.process[row] as number]);
  const line = history.line[row] as number;
  return line > 0 ? `process ${process}, line ${line}` : `process ${process}`;
}

/** An operation as a call with its result, e.g. `cas [1,2] → failed`. */
function describe(operation: Operation): string {
  const input = operation.input === null ? '' : ` ${show(operation.input)}`;
  if (operation.outcome === 'indefinite') return `${operation.f}${input} → no reply`;
  if (operation.outcome === 'failed') return `${operation.f}${input} → failed`;
  const isEcho = canonicalJson(operation.output) === canonicalJson(operation.input);
  if (isEcho && operation.input !== null) return `${operation.f}${input}`;
  return `${operation.f}${input} → ${show(operation.output)}`;
}

function show(value: Value): string {
  const text = shownJson(canonicalJson(value));
  return text.length > 80 ? `${text.slice(0, 60)}…${text.slice(-18)}` : text;
}
