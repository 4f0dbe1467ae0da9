/**
 * R10 for traceable objects: lists, logs and sets of unique elements that only grow, whose reads
 * say exactly what was there. Their operations are put on levels (levels.ts); linear in the size of
 * the reads. Null where the preconditions fail: repeated or removed elements, unknown offsets.
 */
import type { Value } from '../../model/value.ts';
import type { ContradictionRule } from '../history/certificate.ts';
import { type Operation, operationAt } from '../history/history.ts';
import { leftOut, orderByLevels } from './levels.ts';
import type { PreCheck, PreCheckInput } from './pre-check.ts';
import { respectsRealTime, spansOf } from '../history/real-time.ts';
import { type Bounded, textOf } from './traceable-bounds.ts';
import { boundLog } from './traceable-log.ts';

export type Traceable = 'list' | 'log' | 'set';

export function checkTraceable(input: PreCheckInput, traceable: Traceable): PreCheck | null {
  const { history, partition } = input;
  const operations = Array.from(partition.ops, (row) => operationAt(history, row));
  const bounded =
    traceable === 'log' ? boundLog(operations) : boundGrowing(operations, traceable === 'list');
  if (bounded === null) return null;
  const method = `traceable ${traceable}`;
  const rows = (ops: readonly number[]): number[] => ops.map((op) => partition.ops[op] as number);
  if (bounded.kind === 'refuted') {
    const { rule, operations: of } = bounded;
    return { method, certificate: { kind: 'contradiction', rule, operations: rows(of) } };
  }
  const spans = spansOf(partition);
  const outcome = orderByLevels(partition.events, spans, bounded.bounds);
  if (outcome.kind === 'contradiction') {
    const { earlier, later } = outcome;
    const of = [earlier, later, ...bounded.evidence(earlier, later)];
    const rule = 'order-contradiction';
    return { method, certificate: { kind: 'contradiction', rule, operations: rows(of) } };
  }
  if (!respectsRealTime(spans, outcome.order)) return null;
  const order = outcome.order.map((op) => partition.ops[op] as number);
  return { method, certificate: { kind: 'linearization', order } };
}

/**
 * A list or set: reads of k distinct levels stand on level 2k, elements first seen by the read on
 * level 2k on level 2k - 1; elements nobody saw come after all reads.
 */
function boundGrowing(operations: readonly Operation[], isList: boolean): Bounded | null {
  const appendOf = appendersOf(operations, isList ? 'append' : 'add');
  if (appendOf === null) return null;
  const reads: Read[] = [];
  for (let op = 0; op < operations.length; op++) {
    const { f, outcome, output } = operations[op] as Operation;
    if (f !== 'read' || outcome !== 'ok') continue;
    const elements = output === null ? [] : output;
    if (!Array.isArray(elements)) return null;
    const texts = (elements as readonly Value[]).map(textOf);
    reads.push({ op, texts: isList ? texts : [...new Set(texts)] });
  }
  reads.sort((a, b) => a.texts.length - b.texts.length || a.op - b.op);
  return new GrowingBounds(operations, appendOf, isList).of(reads);
}

interface Read {
  readonly op: number;
  readonly texts: readonly string[];
}

/** By element the operation that adds it; null when one is added twice or something is removed. */
function appendersOf(operations: readonly Operation[], f: string): Map<string, number> | null {
  const appenders = new Map<string, number>();
  for (let op = 0; op < operations.length; op++) {
    const operation = operations[op] as Operation;
    if (operation.f === 'read') continue;
    const text = textOf(operation.input);
    if (operation.f !== f || appenders.has(text)) return null;
    appenders.set(text, op);
  }
  return appenders;
}

class GrowingBounds {
  private readonly operations: readonly Operation[];
  private readonly appendOf: Map<string, number>;
  private readonly isList: boolean;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  /** Elements seen so far, with their place among the reads. */
  private readonly seen = new Map<string, number>();
  private level = 0;

  constructor(operations: readonly Operation[], appendOf: Map<string, number>, isList: boolean) {
    this.operations = operations;
    this.appendOf = appendOf;
    this.isList = isList;
    this.low = new Float64Array(operations.length).fill(leftOut);
    this.high = new Float64Array(operations.length).fill(leftOut);
  }

  /** `reads` by increasing size. */
  of(reads: readonly Read[]): Bounded {
    let previous: Read = { op: -1, texts: [] };
    for (const read of reads) {
      const fault = this.add(read, previous);
      if (fault !== null) return fault;
      previous = read;
    }
    this.unseen();
    return {
      kind: 'bounds',
      bounds: { low: this.low, high: this.high },
      evidence: (earlier, later) => this.evidence(reads, earlier, later),
    };
  }

  /** For two additions: a read that has the earlier one without, or before, the later one. */
  private evidence(reads: readonly Read[], earlier: number, later: number): readonly number[] {
    const [a, b] = [this.operations[earlier] as Operation, this.operations[later] as Operation];
    if (a.f === 'read' || b.f === 'read') return [];
    const [x, y] = [textOf(a.input), textOf(b.input)];
    const shows = reads.find(({ texts }) => {
      const place = texts.indexOf(y);
      return texts.includes(x) && (place < 0 || (this.isList && place > texts.indexOf(x)));
    });
    return shows === undefined ? [] : [shows.op];
  }

  private add(read: Read, previous: Read): Bounded | null {
    const refuted = (rule: ContradictionRule, operations: number[]): Bounded => ({
      kind: 'refuted',
      rule,
      operations,
    });
    const own = new Set(read.texts);
    if (own.size !== read.texts.length) return refuted('repeated-element', [read.op]);
    const fresh: string[] = [];
    for (const text of read.texts) {
      if (!this.appendOf.has(text)) return refuted('never-written', [read.op]);
      if (!this.seen.has(text)) fresh.push(text);
    }
    if (!this.continues(read, previous, own)) {
      return refuted('incompatible-reads', [previous.op, read.op]);
    }
    for (const text of fresh) {
      // A list's elements follow each other one by one; a set's between two reads in any order.
      if (this.isList) this.level += 2;
      this.place(this.appendOf.get(text) as number, this.isList ? this.level - 1 : this.level + 1);
      this.seen.set(text, this.seen.size);
    }
    if (!this.isList && fresh.length > 0) this.level += 2;
    this.place(read.op, this.level);
    return null;
  }

  private continues(read: Read, previous: Read, own: ReadonlySet<string>): boolean {
    return previous.texts.every((text, i) =>
      this.isList ? read.texts[i] === text : own.has(text),
    );
  }

  private place(op: number, level: number): void {
    this.low[op] = level;
    this.high[op] = level;
  }

  private unseen(): void {
    for (const [text, op] of this.appendOf) {
      if (this.seen.has(text) || (this.operations[op] as Operation).outcome !== 'ok') continue;
      this.place(op, this.level + 1);
    }
  }
}
