/**
 * The job's own register: who leads, which attempt is the latest, which checkpoint ids are taken, and
 * how the job ended. Whoever writes it has taken the lead from all earlier writers.
 */
import { present } from '../../base/assert.ts';
import type { World } from '../world.ts';
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

/** Checkpoint ids reserved with one write; a new leader starts behind the reservation. */
const idsPerReservation = 100;

export class JobRegister {
  private readonly cell: RegisterCell;
  private readonly now: () => number;
  private record: JobRecord | null = null;
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
      this.write({ ...found, leader: found.leader + 1 }, then);
    });
  }

  nextAttempt(then: (written: boolean) => void): void {
    this.write({ ...this.current, attempt: this.current.attempt + 1 }, then);
  }

  end(kind: Outcome, reason: string, then: (written: boolean) => void): void {
    this.write({ ...this.current, outcome: { kind, reason } }, then);
  }

  /** A checkpoint id that no leader has given out. */
  nextId(then: (id: number | null) => void): void {
    if (this.lastId < this.current.checkpointIds) {
      then(++this.lastId);
      return;
    }
    const checkpointIds = this.current.checkpointIds + idsPerReservation;
    this.write({ ...this.current, checkpointIds }, (written) =>
      then(written ? ++this.lastId : null),
    );
  }

  private write(record: JobRecord, then: (written: boolean) => void): void {
    this.cell.write(JSON.stringify(record), (written) => {
      if (written) this.record = record;
      then(written);
    });
  }

  private firstRecord(): JobRecord {
    return { leader: 0, attempt: 0, checkpointIds: 0, startedAt: this.now(), outcome: null };
  }
}
