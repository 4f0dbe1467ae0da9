/**
 * PostgreSQL as the store of a run: a schema of its own, a proxy in front of it for its faults, and
 * an outside reader with a connection beside the proxy. When something became visible is told by
 * the server's commit timestamps, not by when the reader looked.
 */
import type { Proxy as ToxiproxyProxy } from 'toxiproxy-node-client';

import { runPrefix } from '../../process-world/postgres-names.ts';
import type { Notice } from '../../process-world/protocol.ts';
import { machineMs } from '../../process-world/machine-clock.ts';
import { microseconds } from '../../process-world/microseconds.ts';
import type { Row } from '../../../src/model/value.ts';
import type { ToxiproxyHandle } from '../../toxiproxy/connect.ts';
import { PostgresReader } from './postgres-reader.ts';
import type { OwnPostgres, PostgresServer } from './postgres-server.ts';
import { schemaStatements, visibleQuery } from './postgres-schema.ts';
import type { Recorder } from './recorder.ts';
import { reopen } from './reopen.ts';
import type { RunClock } from './run-clock.ts';
import type { StoreDisturbance, StoreSide } from './store-side.ts';

export interface PostgresSideSettings {
  readonly server: PostgresServer;
  /** The server again if it may be killed. */
  readonly own: OwnPostgres | null;
  readonly toxiproxy: ToxiproxyHandle;
  /** Of the run; becomes the name of the schema. */
  readonly label: string;
  /** Where nodes reach the proxy. */
  readonly host: string;
}

/** What has to be there before the run's clock starts. */
export interface PreparedPostgres {
  /** "PostgreSQL 16.2 at db.example:5432": without credentials. */
  readonly describes: string;
  begin(clock: RunClock, recorder: Recorder, onFailure: (error: unknown) => void): PostgresSide;
  close(): Promise<void>;
}

export async function preparePostgres(settings: PostgresSideSettings): Promise<PreparedPostgres> {
  const { server, own, toxiproxy, label, host } = settings;
  const schema = label.replaceAll(/[^a-z0-9]/g, '_');
  const reader = new PostgresReader({ connectionString: server.direct, schema, own });
  await reader.connect();
  await reader.query(`CREATE SCHEMA ${schema}`);
  for (const statement of schemaStatements) await reader.query(statement);
  const proxy = await toxiproxy.client.createProxy({
    name: `${label} postgres`,
    listen: `${host}:0`,
    upstream: `${server.host}:${server.port}`,
    enabled: true,
  });
  const wallOffsetMs = await clockOffset(reader);
  const { rows } = await reader.query<{ version: string }>(
    `SELECT current_setting('server_version') AS version`,
  );
  const place = server.given ? `at ${server.host}:${server.port}` : 'started for it';
  return {
    describes: `PostgreSQL ${rows[0]?.version ?? 'of unknown version'} ${place}`,
    begin: (clock, recorder, onFailure) =>
      new PostgresSide({ server, schema, reader, proxy, wallOffsetMs, clock, recorder, onFailure }),
    close: async () => {
      await proxy.remove().catch(() => undefined);
      // A server of the run's own goes with all it holds.
      if (own === null) await dropSchema(reader, schema);
      await reader.end();
    },
  };
}

interface SideParts {
  readonly server: PostgresServer;
  readonly schema: string;
  readonly reader: PostgresReader;
  readonly proxy: ToxiproxyProxy;
  /** The server's wall clock minus the machine's clock, ms. */
  readonly wallOffsetMs: number;
  readonly clock: RunClock;
  readonly recorder: Recorder;
  readonly onFailure: (error: unknown) => void;
}

interface VisibleRow {
  readonly name: string;
  readonly transaction: string | null;
  readonly sink: string;
  readonly subtask: number;
  readonly epoch: number;
  readonly checkpoint: number | null;
  readonly at_ms: number;
  readonly keys: readonly string[] | null;
  readonly ts: readonly string[] | null;
  readonly row_values: readonly string[] | null;
}

/** The reader looks this often, ms; it sees what was committed up to `overlapMs` before too. */
const lookEveryMs = 15;
const overlapMs = 2_000;
const terminateEveryMs = 5;
const slowMs = 25;

export class PostgresSide implements StoreSide {
  readonly settings: StoreSide['settings'];
  private readonly parts: SideParts;
  private readonly seen = new Set<string>();
  private newestMs = 0;
  private looking: Promise<void> = Promise.resolve();
  private disturbances: StoreDisturbance[] = [];

  constructor(parts: SideParts) {
    this.parts = parts;
    const { server, proxy, schema } = parts;
    const connectionString = server.through(proxy.listen);
    this.settings = { kind: 'postgres', connectionString, schema };
    this.lookAgain();
  }

  async disturb(disturbance: StoreDisturbance): Promise<null> {
    this.disturbances.push(disturbance);
    const { clock, proxy } = this.parts;
    const forMs = disturbance.untilMs - clock.nowMs();
    switch (disturbance.effect) {
      case 'unavailable': {
        const { listen, upstream } = proxy;
        await proxy.update({ enabled: false, listen, upstream });
        clock.after(forMs, () => this.attempt(reopen(proxy, upstream)));
        return null;
      }
      case 'reply-lost': {
        const toxic = await proxy.addToxic({
          name: `reply-lost-${disturbance.fault}`,
          type: 'limit_data',
          stream: 'downstream',
          toxicity: 1,
          attributes: { bytes: 0 },
        });
        clock.after(forMs, () => this.attempt(toxic.remove()));
        return null;
      }
      case 'crash':
        if (this.parts.reader.crashServer()) disturbance.onEffect('the database server is gone');
        clock.after(forMs, () => {
          this.parts.reader.bringBack().catch((error: unknown) => this.parts.onFailure(error));
        });
        return null;
      case 'transaction-timeout': {
        // A slow network keeps transactions open long enough to be given up.
        const toxic = await proxy.addToxic({
          name: `slow-${disturbance.fault}`,
          type: 'latency',
          stream: 'upstream',
          toxicity: 1,
          attributes: { latency: slowMs, jitter: 0 },
        });
        clock.after(forMs, () => this.attempt(toxic.remove()));
        this.terminateOpen(disturbance);
        return null;
      }
    }
  }

  onFailure(notice: Extract<Notice, { kind: 'store-failure' }>): void {
    const now = this.parts.clock.nowMs();
    this.disturbances = this.disturbances.filter(({ untilMs }) => untilMs > now - overlapMs);
    for (const { effect, onEffect } of this.disturbances) {
      const shows =
        effect === 'reply-lost' ? notice.failure === 'unknown' : effect === 'unavailable';
      if (shows) onEffect(notice.detail);
    }
  }

  async look(): Promise<void> {
    // The run may be over before a server that was killed is back.
    await this.parts.reader.bringBack();
    await this.lookOnce();
  }

  close(): Promise<void> {
    return this.looking.catch(() => undefined);
  }

  private lookAgain(): void {
    this.parts.clock.after(lookEveryMs, () => {
      this.lookOnce().then(
        () => this.lookAgain(),
        (error: unknown) => this.parts.onFailure(error),
      );
    });
  }

  private lookOnce(): Promise<void> {
    this.looking = this.looking.then(() => this.readVisible());
    return this.looking;
  }

  private async readVisible(): Promise<void> {
    const { reader } = this.parts;
    const since = new Date(Math.max(0, this.newestMs - overlapMs));
    const { rows } = await reader.query<VisibleRow>(visibleQuery, [since]);
    for (const row of rows) {
      this.newestMs = Math.max(this.newestMs, row.at_ms);
      if (this.seen.has(row.name)) continue;
      this.seen.add(row.name);
      this.show(row);
    }
  }

  private show(row: VisibleRow): void {
    const { clock, recorder, wallOffsetMs } = this.parts;
    const { sink, subtask, epoch: attempt, checkpoint, transaction } = row;
    const sinceStartMs = row.at_ms - wallOffsetMs - clock.startedAtMs;
    const t = microseconds(Math.min(Math.max(0, sinceStartMs), clock.nowMs()));
    const of = { t, sink, subtask, attempt, checkpoint };
    if (transaction !== null) {
      recorder.add({ kind: 'transaction', ...of, transaction, event: 'committed' });
    }
    recorder.add({ kind: 'visible', ...of, transaction, rows: rowsOf(row) });
  }

  /** The server gives up transactions that stand open. */
  private terminateOpen(disturbance: StoreDisturbance): void {
    const { reader, schema, clock } = this.parts;
    if (clock.nowMs() >= disturbance.untilMs) return;
    const text = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = $1 AND state LIKE 'idle in transaction%'`;
    reader.query(text, [schema]).then(
      ({ rowCount }) => {
        if ((rowCount ?? 0) > 0) disturbance.onEffect(`${rowCount} open transactions timed out`);
        clock.after(terminateEveryMs, () => this.terminateOpen(disturbance));
      },
      (error: unknown) => this.parts.onFailure(error),
    );
  }

  /** Healing may come after the run has ended and taken the proxy with it. */
  private attempt(work: Promise<unknown>): void {
    work.catch(() => undefined);
  }
}

function rowsOf({ keys, ts, row_values: values }: VisibleRow): Row[] {
  return (keys ?? []).map((key, i) => ({
    key,
    ts: Number(ts?.[i]),
    value: JSON.parse(values?.[i] ?? 'null') as Row['value'],
  }));
}

/** From the tightest of a few exchanges. */
async function clockOffset(reader: PostgresReader): Promise<number> {
  let best = { width: Infinity, offset: 0 };
  for (let i = 0; i < 5; i++) {
    const before = machineMs();
    const { rows } = await reader.query<{ ms: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    );
    const after = machineMs();
    const width = after - before;
    if (width < best.width) best = { width, offset: (rows[0]?.ms ?? 0) - (before + after) / 2 };
  }
  return best.offset;
}

async function dropSchema(reader: PostgresReader, schema: string): Promise<void> {
  await reader.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = $1 AND pid <> pg_backend_pid()`,
    [schema],
  );
  const { rows } = await reader.query<{ gid: string }>(
    'SELECT gid FROM pg_prepared_xacts WHERE starts_with(gid, $1)',
    [runPrefix(schema)],
  );
  for (const { gid } of rows) {
    await reader.query(`ROLLBACK PREPARED '${gid.replaceAll("'", "''")}'`).catch(() => undefined);
  }
  await reader.query(`DROP SCHEMA ${schema} CASCADE`);
}
