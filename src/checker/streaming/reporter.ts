/**
 * How the stream tier words what it finds: witnesses by split and offset, Let / Then / However, and
 * the block of records next to a restore. Texts are made for the first of a kind only.
 */
import type { AnomalyName } from '../../model/guarantee.ts';
import type { Blame, Witness } from '../../model/verdict.ts';
import { Findings, type Found } from '../findings/findings.ts';
import type { Attempt, Ledger, Showing } from './ledger.ts';
import { keyNameOf, type StreamHeader } from './stream-history.ts';

/** A record or a value that takes part in a contradiction. */
export interface Part {
  readonly role: string;
  readonly split?: number;
  readonly offset?: number;
  readonly key?: number;
  readonly showing?: Showing | null;
}

export interface Finding {
  readonly name: AnomalyName;
  readonly parts: readonly Part[];
  readonly sentence: string;
  readonly thus: string;
  readonly however: string;
  readonly why?: string;
  readonly nearest?: string;
}

export interface NeverCommitted {
  readonly checkpoint: number;
  readonly text: string;
}

/** Anomalies that a transaction which was never committed may cause. */
const causedByNone: ReadonlySet<AnomalyName> = new Set(['loss', 'torn-commit-permanent']);

interface Block {
  readonly split: number;
  from: number;
  to: number;
}

export class Reporter {
  readonly findings: Findings = new Findings();
  readonly header: StreamHeader;
  /** Transactions that a completed checkpoint covers and that show nothing. */
  neverCommitted: readonly NeverCommitted[] = [];
  private readonly ledger: Ledger;
  private readonly blocks = new Map<AnomalyName, Block>();

  constructor(header: StreamHeader, ledger: Ledger) {
    this.header = header;
    this.ledger = ledger;
  }

  /** Reports; `make` is called for the first ones only. `at` is the record that shows it. */
  report(
    name: AnomalyName,
    at: { readonly split: number; readonly offset: number } | null,
    make: () => Omit<Finding, 'name'>,
  ): void {
    if (at !== null) this.extend(name, at.split, at.offset);
    if (!this.findings.repeat(name, 'out')) this.write({ name, ...make() });
  }

  /** A checkpoint has not read what it has shown, or one before it. */
  beyond(
    row: {
      readonly split: number;
      readonly offset: number;
      readonly key: number;
      readonly showing: Showing;
    },
    checkpoint: number,
  ): void {
    const name = this.record(row.split, row.offset);
    this.report('offset-skew', row, () => ({
      parts: [{ role: 'beyond the cut', ...row }],
      sentence: `The offsets of checkpoint ${checkpoint} do not include ${name}, which had shown before.`,
      thus: `A contains ${name} and belongs to checkpoint ${row.showing.checkpoint}`,
      however: `by its offsets, checkpoint ${checkpoint} has not read ${name}`,
    }));
  }

  record(split: number, offset: number): string {
    return `${this.header.splits[split] ?? `split ${split}`}@${offset}`;
  }

  blameOf(found: Found): Blame {
    const last = found.witnesses.at(-1);
    const near = this.nearestRestore(found.name);
    const attempt =
      near?.attempt ?? this.ledger.attempts.findLast(({ t }) => t <= (last?.t ?? Infinity));
    const [missing] = causedByNone.has(found.name) ? this.neverCommitted : [];
    const texts = [near?.text, ignoredText(attempt), this.missingText(missing)];
    const checkpoint = last?.checkpoint ?? found.witnesses[0]?.checkpoint;
    return {
      checkpoint: checkpoint ?? missing?.checkpoint ?? null,
      restoredFrom: attempt?.restored ?? null,
      attempt: last?.attempt ?? attempt?.attempt ?? null,
      fault: null,
      forensics: texts.filter((text) => text !== undefined).join('; ') || null,
      claims: [],
    };
  }

  private missingText(missing: NeverCommitted | undefined): string | undefined {
    if (missing === undefined) return undefined;
    const more = this.neverCommitted.length - 1;
    return more === 0 ? missing.text : `${missing.text}, nor were ${more} more`;
  }

  private write({ name, parts, sentence, thus, however, why, nearest }: Finding): void {
    const shown = parts.filter(({ showing }) => (showing ?? null) !== null);
    this.findings.report({
      name,
      operator: 'out',
      key: parts[0]?.key === undefined ? null : keyNameOf(this.header, parts[0].key),
      witnesses: parts.map((part) => this.witness(part)),
      sentence,
      let: shown.map((part, i) => `${'ABC'[i] ?? 'X'} = ${this.text(part)}`),
      thus: [thus],
      however: [however],
      ...(why === undefined ? {} : { why: [why] }),
      nearest: nearest ?? null,
      observed: shown.map((part) => this.text(part)),
    });
  }

  private text({ split, offset, key, showing }: Part): string {
    const what =
      split === undefined || offset === undefined ? 'a value' : this.record(split, offset);
    const of = key === undefined ? '' : ` of key ${keyNameOf(this.header, key)}`;
    if (showing === undefined || showing === null) return what + of;
    const { transaction, checkpoint, attempt, t } = showing;
    const where =
      transaction === null ? '' : ` in transaction ${transaction} of checkpoint ${checkpoint}`;
    return `${what}${of}${where} (attempt ${attempt}, ${t} ms)`;
  }

  private witness({ role, split, offset, key, showing }: Part): Witness {
    const transaction = showing?.transaction ?? null;
    return {
      role,
      key: key === undefined ? null : keyNameOf(this.header, key),
      split: split === undefined ? null : (this.header.splits[split] ?? `${split}`),
      offset: offset ?? null,
      id: null,
      value: null,
      t: showing?.t ?? null,
      attempt: showing?.attempt ?? null,
      checkpoint: showing?.checkpoint ?? null,
      transaction: transaction === null ? null : `${transaction}`,
    };
  }

  /** The run of offsets around the first record of a kind, as it is reported in order. */
  private extend(name: AnomalyName, split: number, offset: number): void {
    const block = this.blocks.get(name);
    if (block === undefined) this.blocks.set(name, { split, from: offset, to: offset + 1 });
    else if (block.split === split && block.to === offset) block.to++;
  }

  /** Contiguous loss or repetition begins or ends where a restore went back to. */
  private nearestRestore(
    name: AnomalyName,
  ): { readonly attempt: Ledger['attempts'][number]; readonly text: string } | null {
    const block = this.blocks.get(name);
    if (block === undefined) return null;
    for (const [i, attempt] of this.ledger.attempts.entries()) {
      // The first attempt goes back to nothing because there is nothing yet.
      if (i === 0 && attempt.restored === null) continue;
      const at = attempt.offsets?.[block.split];
      if (at === undefined || (at !== block.to && at !== block.from)) continue;
      const side = block.to === at ? 'ends' : 'begins';
      const range = `${this.header.splits[block.split]} [${block.from}, ${block.to})`;
      const from =
        attempt.restored === null
          ? 'began from nothing'
          : `resumed from checkpoint ${attempt.restored}`;
      const text = `${range} ${side} exactly at offset ${at}, where attempt ${attempt.attempt} ${from}`;
      return { attempt, text };
    }
    return null;
  }
}

/** That an attempt went back further than it had to. */
function ignoredText(attempt: Attempt | undefined): string | undefined {
  if (attempt === undefined || attempt.ignored === null) return undefined;
  const restored = attempt.restored === null ? 'nothing' : `checkpoint ${attempt.restored}`;
  return `attempt ${attempt.attempt} restored ${restored}, although checkpoint ${attempt.ignored} had completed`;
}
