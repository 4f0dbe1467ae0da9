/** Random small histories of every model: legal ones, ones with altered outputs, and nonsense. */
import type { RandomStream } from '../../../src/base/random.ts';
import {
  HistoryBuilder,
  type OperationHistory,
  outcomeFailed,
  outcomeIndefinite,
  outcomeOk,
} from '../../../src/linearizability/history/history.ts';
import type { Value } from '../../../src/model/value.ts';

export interface Shape {
  readonly model: string;
  readonly operations: number;
  readonly processes: number;
  /** Probability that an operation gets no reply. */
  readonly indefinite: number;
  /** Probability that an output is altered. */
  readonly altered: number;
  /** Inputs are all different. */
  readonly unique: boolean;
}

export interface Call {
  readonly f: string;
  readonly input: Value;
}

/** A random call of `model`; `fresh` is a number no other call got. */
function randomCall(random: RandomStream, shape: Shape, fresh: number): Call {
  const value = shape.unique ? fresh : random.below(3);
  const pick = random.below(10);
  switch (shape.model) {
    case 'register':
      return pick < 5 ? { f: 'read', input: null } : { f: 'write', input: value };
    case 'cas-register':
      if (pick < 3) return { f: 'read', input: null };
      if (pick < 6) return { f: 'write', input: value };
      return { f: 'cas', input: [random.below(3), random.below(3)] };
    case 'key-value':
      if (pick < 5) return { f: 'get', input: null };
      return { f: pick < 7 ? 'put' : 'append', input: 'abc'[random.below(3)] as string };
    case 'counter':
      return pick < 5 ? { f: 'read', input: null } : { f: 'add', input: random.between(-1, 2) };
    case 'set':
      if (pick < 5) return { f: 'read', input: null };
      return { f: pick < 9 || shape.unique ? 'add' : 'remove', input: value };
    case 'list-append':
      return pick < 5 ? { f: 'read', input: null } : { f: 'append', input: value };
    case 'append-log':
      if (pick < 5) return { f: 'append', input: value };
      if (pick < 8) return { f: 'read', input: random.below(4) };
      return { f: 'tail', input: null };
    default:
      return pick < 5 ? { f: 'enqueue', input: value } : { f: 'dequeue', input: null };
  }
}

const textOf = (value: Value): string => (typeof value === 'string' ? value : '');

/** The effect of a call on a simple object of the test's own, and its reply. */
function applyCall(
  model: string,
  state: Value,
  call: Call,
): { next: Value; output: Value; failed: boolean } {
  const done = (next: Value, output: Value): { next: Value; output: Value; failed: boolean } => ({
    next,
    output,
    failed: false,
  });
  const list = Array.isArray(state) ? (state as readonly Value[]) : [];
  switch (call.f) {
    case 'write':
    case 'put':
      return done(call.input, call.input);
    case 'get':
      return done(state, state ?? '');
    case 'cas': {
      const [from, to] = call.input as readonly Value[];
      return state === from
        ? done(to as Value, call.input)
        : { next: state, output: call.input, failed: true };
    }
    case 'append':
      if (model === 'key-value') {
        return done(`${textOf(state)}${textOf(call.input)}`, call.input);
      }
      return done([...list, call.input], model === 'append-log' ? list.length : call.input);
    case 'add':
      if (model === 'counter') return done(Number(state ?? 0) + Number(call.input), null);
      return done(list.includes(call.input) ? list : [...list, call.input], null);
    case 'remove':
      return done(
        list.filter((element) => element !== call.input),
        null,
      );
    case 'enqueue':
      return done([...list, call.input], call.input);
    case 'dequeue':
      return done(list.slice(1), list[0] ?? null);
    case 'tail':
      return done(state, list.length);
    default:
      if (model === 'append-log') return done(state, list[call.input as number] ?? null);
      if (model === 'counter') return done(state, state ?? 0);
      if (model === 'register' || model === 'cas-register') return done(state, state);
      return done(state, list);
  }
}

/** An output as it could have been at another time. */
function alter(random: RandomStream, shape: Shape, output: Value): Value {
  if (Array.isArray(output)) {
    const list = output as readonly Value[];
    return random.chance(0.5) ? list.slice(0, -1) : [...list, random.below(4)];
  }
  if (typeof output === 'string') return random.chance(0.5) ? output.slice(0, -1) : `${output}a`;
  return shape.model === 'append-log' && random.chance(0.3) ? null : random.below(4);
}

/** Operations overlap; each takes effect at a random moment between its call and its return. */
export function randomHistory(random: RandomStream, shape: Shape): OperationHistory {
  const builder = new HistoryBuilder();
  const { table } = builder;
  interface Open {
    call: Call;
    output: Value;
    failed: boolean;
    applied: boolean;
  }
  const open = new Map<number, Open>();
  let state: Value = null;
  let next = 0;
  let processes = shape.processes;
  const clients = Array.from({ length: shape.processes }, (_, i) => i);
  while (next < shape.operations || open.size > 0) {
    const slot = random.below(clients.length);
    const process = clients[slot] as number;
    const current = open.get(process);
    if (current === undefined) {
      if (next >= shape.operations) {
        if (open.size === 0) break;
        continue;
      }
      const call = randomCall(random, shape, ++next);
      builder.call({
        process: builder.processId(process),
        f: builder.functionId(call.f),
        key: -1,
        value: table.intern(call.input),
        line: next,
      });
      open.set(process, { call, output: null, failed: false, applied: false });
    } else if (!current.applied) {
      if (random.chance(0.9)) {
        const result = applyCall(shape.model, state, current.call);
        state = result.next;
        current.output = result.output;
        current.failed = result.failed;
      }
      current.applied = true;
    } else {
      open.delete(process);
      if (random.chance(shape.indefinite)) {
        builder.complete(builder.processId(process), outcomeIndefinite, { f: -1, value: 0 });
        clients[slot] = processes++;
        continue;
      }
      const output = random.chance(shape.altered)
        ? alter(random, shape, current.output)
        : current.output;
      const outcome = current.failed ? outcomeFailed : outcomeOk;
      builder.complete(builder.processId(process), outcome, {
        f: -1,
        value: table.intern(current.failed ? current.call.input : output),
      });
    }
  }
  return builder.finish();
}
