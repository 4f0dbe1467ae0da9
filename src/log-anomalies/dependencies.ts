/**
 * Who must come before whom, after Adya and Elle: `wr` (one polled what another sent), `ww` (one's
 * record lies right after another's in a log), `process` (one process did one after the other) and
 * `realtime` (one had returned before the other was called). Not here: cycles. Deterministic: plain
 * data.
 */
import { canonicalJson } from '../base/json.ts';
import type { LogOperation } from './operation.ts';
import type { Versions } from './version-order.ts';

export type DependencyKind = 'ww' | 'wr' | 'process' | 'realtime';

/**
 * `from` before `to`, both places in the history. `record`: of which key and value, for ww and wr.
 */
export interface Dependency {
  readonly from: number;
  readonly to: number;
  readonly kind: DependencyKind;
  readonly record: { readonly key: string; readonly text: string } | null;
}

/** Only operations that must have committed take part; `ww` only when asked for. */
export function dependenciesOf(
  operations: readonly LogOperation[],
  versions: Versions,
  wwDeps: boolean,
): Dependency[] {
  const taking = operations.filter(
    ({ index, kind }) => versions.committed.has(index) && kind === 'transact',
  );
  const writers = writersOf(taking);
  return [
    ...(wwDeps ? writeEdges(versions, writers) : []),
    ...readEdges(taking, writers),
    ...processEdges(taking),
    ...realTimeEdges(taking),
  ].filter(({ from, to }) => from !== to);
}

function writersOf(operations: readonly LogOperation[]): Map<string, number> {
  const writers = new Map<string, number>();
  for (const { index, records } of operations) {
    for (const { kind, key, value } of records) {
      if (kind === 'send') writers.set(`${key}\n${canonicalJson(value)}`, index);
    }
  }
  return writers;
}

function readEdges(
  operations: readonly LogOperation[],
  writers: ReadonlyMap<string, number>,
): Dependency[] {
  return operations.flatMap(({ index, records }) =>
    records.flatMap(({ kind, key, value }) => {
      const text = canonicalJson(value);
      const from = writers.get(`${key}\n${text}`);
      if (kind !== 'poll' || from === undefined) return [];
      return [{ from, to: index, kind: 'wr' as const, record: { key, text } }];
    }),
  );
}

function writeEdges(versions: Versions, writers: ReadonlyMap<string, number>): Dependency[] {
  const edges: Dependency[] = [];
  for (const { key, offsets, at } of versions.logs.values()) {
    let before: number | undefined;
    for (const offset of offsets) {
      const [text = ''] = at.get(offset)?.keys() ?? [];
      const writer = writers.get(`${key}\n${text}`);
      if (writer === undefined) continue;
      if (before !== undefined) {
        edges.push({ from: before, to: writer, kind: 'ww', record: { key, text } });
      }
      before = writer;
    }
  }
  return edges;
}

/** From each operation to the next of its process: the rest follows. */
function processEdges(operations: readonly LogOperation[]): Dependency[] {
  const last = new Map<string, number>();
  return operations.flatMap(({ process, index }) => {
    const before = last.get(process);
    last.set(process, index);
    return before === undefined
      ? []
      : [{ from: before, to: index, kind: 'process' as const, record: null }];
  });
}

/**
 * The least edges whose closure is the order of real time: an operation is linked from those that
 * had returned by its call, but for those that another of them makes superfluous. What never
 * returned comes before nothing.
 */
function realTimeEdges(operations: readonly LogOperation[]): Dependency[] {
  const calls = operations.toSorted((a, b) => a.call - b.call);
  const ends = operations.filter(({ type }) => type === 'ok').sort((a, b) => a.returns - b.returns);
  const edges: Dependency[] = [];
  /** Returned, and not followed by an operation that returned as well. */
  let frontier: LogOperation[] = [];
  let next = 0;
  for (const operation of calls) {
    for (
      let end = ends[next];
      end !== undefined && end.returns < operation.call;
      end = ends[next]
    ) {
      const { call } = end;
      frontier = [...frontier.filter(({ returns }) => returns >= call), end];
      next++;
    }
    for (const { index } of frontier) {
      edges.push({ from: index, to: operation.index, kind: 'realtime', record: null });
    }
  }
  return edges;
}
