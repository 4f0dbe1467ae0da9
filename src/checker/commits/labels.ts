/**
 * Who made a row visible, as its event says, against what the rest of the history says of that
 * transaction, its subtask and its attempts. A history that contradicts itself decides nothing: the
 * rules on commits, zombies and cuts stand on these labels.
 */
import type { SinkSpec } from '../../model/pipeline.ts';
import type { VisibleEvent } from '../../model/history.ts';
import type { Context } from '../context/context.ts';
import type { Transaction } from '../evidence/observe.ts';

export function checkLabels(context: Context): void {
  const { seen, plan } = context;
  const sinks = new Map(plan.sinks.map(({ spec }) => [spec.id, spec]));
  const told = new Set<string>();
  for (const { sink, preparedFor } of seen.transactions.values()) {
    if (preparedFor !== null) told.add(sink);
  }
  const faults: string[] = [];
  const take = (event: VisibleEvent, fault: string | null): void => {
    const what = attemptFault(context, event) ?? fault;
    if (what !== null) faults.push(`${placeOf(event)}: ${what}`);
  };
  for (const event of seen.direct) take(event, directFault(sinks, event));
  for (const transaction of seen.transactions.values()) {
    for (const { event } of transaction.visible) {
      const isDirect = sinks.get(event.sink)?.connector !== 'two-phase';
      if (isDirect) take(event, `a sink without transactions names ${transaction.id}`);
      else take(event, told.has(event.sink) ? transactionFault(transaction, event) : null);
    }
  }
  const [first] = faults;
  if (first === undefined) return;
  context.findings.doubt({ reason: 'contradiction', first, more: faults.length - 1 });
}

const placeOf = ({ sink, subtask, t }: VisibleEvent): string =>
  `what became visible at ${t} ms at ${sink}, subtask ${subtask}`;

function attemptFault({ seen }: Context, { attempt }: VisibleEvent): string | null {
  if (seen.attempts.length === 0) return null;
  const begun = seen.attempts.some((known) => known.attempt === attempt);
  return begun ? null : `attempt ${attempt} never began`;
}

function directFault(sinks: ReadonlyMap<string, SinkSpec>, event: VisibleEvent): string | null {
  const spec = sinks.get(event.sink);
  if (spec === undefined) return 'there is no such sink';
  if (event.subtask >= spec.parallelism) return `the sink has ${spec.parallelism} subtasks`;
  if (spec.connector === 'two-phase') return 'it names no transaction';
  return event.checkpoint === null ? null : 'without a transaction no checkpoint covers it';
}

function transactionFault(transaction: Transaction, event: VisibleEvent): string | null {
  const { id, subtask, attempt, preparedFor, committedBy } = transaction;
  if (preparedFor === null) return `nobody prepared transaction ${id}`;
  if (event.subtask !== subtask) return `${id} is a transaction of subtask ${subtask}`;
  if (event.checkpoint !== preparedFor) {
    return `${id} was prepared for checkpoint ${preparedFor}, not ${event.checkpoint}`;
  }
  if (event.attempt < attempt) return `${id} was opened by attempt ${attempt}`;
  if (committedBy.length === 0 || committedBy.includes(event.attempt)) return null;
  return `attempt ${committedBy[0]} committed ${id}, not attempt ${event.attempt}`;
}
