/**
 * The job's own register: who leads, which attempt is the latest, which checkpoint ids are taken,
 * and how the job ended. Whoever writes it has taken the lead from all earlier writers.
 */
import { present } from '../../base/assert.ts';
import type { World } from '../world/world.ts';
import { RegisterCell } from './register-cell.ts';

export type Outcome = 'finished' | 'suspended' | 'failed';

interface JobRecord {
  /** Leader epoch: one more with every JobManager process that takes over. */
  readonly leader: number;
  readonly attempt: number;
  /** Ids up to this one may have been given out. */
  readonly checkpointIds: number;
  /** Wall clock of the first start, ms. */
  readonly startedAt: number;
  readonly outcome: { readonly kind: Outcome; readonly reason: string } | null;
}

interface Change {
  /** The record to write, made when its turn has come. */
  readonly next: () => JobRecord;
  readonly done: (written: boolean) => void;
}

/** Checkpoint ids reserved with one write; a new leader starts behind the reservation. */
const idsPerReservation = 100;

export class JobRegister {
  private readonly cell: RegisterCell;
  private readonly now: () => number;
  private record: JobRecord | null = null;
  /** Changes to be written, in order; the first one is under way. */
  private changes: Change[] = [];
  private lastId = 0;

  constructor(world: World) {
    this.cell = new RegisterCell(world, 'job');
    this.now = () => world.now();
  }

  /** The state this leader holds; only after `lead`. */
  get current(): JobRecord {
    return present(this.record, 'job record');
  }

  /** Takes the lead; `false`: somebody was faster. */
  lead(then: (leading: boolean) => void): void {
    this.cell.read((value) => {
      const found = value === null ? this.firstRecord() : (JSON.parse(value) as JobRecord);
      this.lastId = found.checkpointIds;
      this.change(() => ({ ...found, leader: found.leader + 1 }), then);
    });
  }

  nextAttempt(then: (written: boolean) => void): void {
    this.change(() => ({ ...this.current, attempt: this.current.attempt + 1 }), then);
  }

  end(kind: Outcome, reason: string, then: (written: boolean) => void): void {
    this.change(() => ({ ...this.current, outcome: { kind, reason } }), then);
  }

  /** A checkpoint id that no leader has given out. */
  nextId(then: (id: number | null) => void): void {
    if (this.lastId < this.current.checkpointIds) {
      then(++this.lastId);
      return;
    }
    this.change(
      () => ({
        ...this.current,
        checkpointIds: this.current.checkpointIds + idsPerReservation,
      }),
      (written) => then(written ? ++this.lastId : null),
    );
  }

  /** One write at a time: a record made before another write is confirmed would undo that one. */
  private change(next: () => JobRecord, then: (written: boolean) => void): void {
    this.changes.push({ next, done: then });
    if (this.changes.length === 1) this.writeFirst();
  }

  private writeFirst(): void {
    const first = this.changes[0];
    if (first === undefined) return;
    const record = first.next();
    this.cell.write(JSON.stringify(record), (written) => {
      if (written) this.record = record;
      // Who leads no more changes nothing, also not what was waiting.
      const over = this.changes.splice(0, written ? 1 : this.changes.length);
      this.writeFirst();
      for (const { done } of over) done(written);
    });
  }

  private firstRecord(): JobRecord {
    return { leader: 0, attempt: 0, checkpointIds: 0, startedAt: this.now(), outcome: null };
  }
}
