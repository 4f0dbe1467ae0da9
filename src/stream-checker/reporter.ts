/**
 * How the stream tier tells what it finds: witnesses by split and offset, claims, and the block of
 * records next to a restore. Claims are made for the first of a kind only.
 */
import type { Claim } from '../model/verdict/claim.ts';
import type { RecordName } from '../model/verdict/places.ts';
import type { ShowingClaim } from '../model/verdict/claim-streams.ts';
import type { AnomalyName } from '../model/guarantee.ts';
import type { Blame, Witness } from '../model/verdict/verdict.ts';
import type { Key } from '../model/value.ts';
import { Findings, type Found } from '../judgement/findings.ts';
import { forensicsText } from '../judgement/words/text.ts';
import type { Attempt, Ledger, Showing } from './ledger.ts';
import { keyNameOf, type StreamHeader } from '../model/stream-history.ts';

/** The one sink of a stream history. */
export const out = 'out';

/** A record or a value that takes part in a contradiction. */
export interface Part {
  readonly role: string;
  readonly split?: number;
  readonly offset?: number;
  readonly key?: number;
  readonly showing?: Showing | null;
}

/** What shows: a row of a record, a value of a key, or whatever the event shows. */
export interface Shown {
  readonly showing: Showing;
  readonly split?: number;
  readonly offset?: number;
  readonly key?: number;
  /** Records of a value per split. */
  readonly counts?: Int32Array;
}

/** What shows of a key: many records per split. `showing` null: the event is not known any more. */
export interface KeyValue {
  readonly key: number;
  readonly counts: Int32Array;
  readonly showing: Showing | null;
}

export interface Finding {
  readonly name: AnomalyName;
  readonly parts: readonly Part[];
  readonly sentence: Claim | readonly Claim[];
  readonly let?: readonly Claim[];
  readonly thus?: readonly Claim[];
  readonly however?: readonly Claim[];
  readonly why?: readonly Claim[];
  readonly nearest?: Claim;
}

export interface NeverCommitted {
  readonly checkpoint: number;
  readonly claim: Claim;
}

/** Anomalies that a transaction which was never committed may cause. */
const causedByNone: ReadonlySet<AnomalyName> = new Set(['loss', 'torn-commit-permanent']);
/** Transactions that an anomaly is tied to. */
const neverMax = 3;

interface Block {
  readonly split: number;
  from: number;
  to: number;
}

interface Near {
  readonly attempt: Attempt;
  readonly claim: Claim;
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
    if (!this.findings.repeat(name, out)) this.write({ name, ...make() });
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
    const { split, offset, showing } = row;
    const records = [this.place(split, offset)];
    const committed = showing.checkpoint ?? 0;
    this.report('offset-skew', row, () => ({
      parts: [{ role: 'beyond the cut', ...row }],
      sentence: { kind: 'beyond-cut', records, row: 'A', committed, checkpoint },
      let: [this.shown('A', { split, offset, showing })],
      thus: [{ kind: 'contains', rows: ['A'], records, whole: null }],
      however: [{ kind: 'unread', records, checkpoint }],
    }));
  }

  /** "s1@3" */
  record(split: number, offset: number): string {
    return `${this.split(split)}@${offset}`;
  }

  place(split: number, offset: number): RecordName {
    return { split: this.split(split), offset };
  }

  split(split: number): string {
    return this.header.splits[split] ?? `split ${split}`;
  }

  key(key: number): Key {
    return keyNameOf(this.header, key);
  }

  /** What `let` calls `name`; an empty name is for what stands by itself. */
  shown(name: string, { split, offset, key, counts, showing }: Shown): ShowingClaim {
    const { number, t, attempt, transaction, checkpoint } = showing;
    return {
      kind: 'showing',
      name,
      number,
      record: split === undefined || offset === undefined ? null : this.place(split, offset),
      key: key === undefined ? null : this.key(key),
      counts: counts === undefined ? null : [...counts],
      t,
      attempt,
      transaction: transaction === null ? null : `${transaction}`,
      checkpoint,
    };
  }

  /** A value of a key that `let` calls `name`. */
  value(name: string, { key, showing, counts }: KeyValue): ShowingClaim {
    if (showing !== null) return this.shown(name, { key, showing, counts });
    const nobody = { t: null, attempt: null, transaction: null, checkpoint: null };
    const of = { record: null, key: this.key(key), counts: [...counts] };
    return { kind: 'showing', name, number: null, ...of, ...nobody };
  }

  blameOf(found: Found): Blame {
    const last = found.witnesses.at(-1);
    const near = this.nearestRestore(found.name);
    const attempt =
      near?.attempt ?? this.ledger.attempts.findLast(({ t }) => t <= (last?.t ?? Infinity));
    const missing = causedByNone.has(found.name) ? this.neverCommitted.slice(0, neverMax) : [];
    const ignored = ignoredClaim(attempt);
    const claims = [
      ...(near === null ? [] : [near.claim]),
      ...(ignored === null ? [] : [ignored]),
      ...missing.map(({ claim }) => claim),
    ];
    const checkpoint = last?.checkpoint ?? found.witnesses[0]?.checkpoint;
    return {
      checkpoint: checkpoint ?? missing[0]?.checkpoint ?? null,
      restoredFrom: attempt?.restored ?? null,
      attempt: last?.attempt ?? attempt?.attempt ?? null,
      fault: null,
      forensics: forensicsText(claims),
      claims,
    };
  }

  private write({ parts, let: names = [], why = [], nearest, ...words }: Finding): void {
    const { name, sentence, thus = [], however = [] } = words;
    const shown = names.filter((claim) => claim.kind === 'showing');
    this.findings.report({
      name,
      operator: out,
      key: parts[0]?.key === undefined ? null : this.key(parts[0].key),
      witnesses: parts.map((part) => this.witness(part)),
      sentence,
      let: names,
      thus,
      however,
      why,
      nearest: nearest ?? null,
      observed: shown.map((claim) => ({ ...claim, name: '' })),
    });
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
  private nearestRestore(name: AnomalyName): Near | null {
    const block = this.blocks.get(name);
    if (block === undefined) return null;
    const { from, to } = block;
    for (const [i, attempt] of this.ledger.attempts.entries()) {
      // The first attempt goes back to nothing because there is nothing yet.
      if (i === 0 && attempt.restored === null) continue;
      const at = attempt.offsets?.[block.split];
      if (at === undefined || (at !== to && at !== from)) continue;
      const { attempt: number, restored: checkpoint } = attempt;
      const split = this.split(block.split);
      return {
        attempt,
        claim: { kind: 'next-to-restore', split, from, to, at, attempt: number, checkpoint },
      };
    }
    return null;
  }
}

/** That an attempt went back further than it had to. */
function ignoredClaim(began: Attempt | undefined): Claim | null {
  if (began === undefined || began.ignored === null) return null;
  const { attempt, restored, ignored: checkpoint } = began;
  return restored === null
    ? { kind: 'began-from-nothing', attempt, checkpoint }
    : { kind: 'restored-older', attempt, restored, checkpoint };
}
