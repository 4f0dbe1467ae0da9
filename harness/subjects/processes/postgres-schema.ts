/**
 * The tables and functions of one run's schema.
 *
 * `fence` ends every session that holds the sink subtask's lock, waits until it has the lock alone,
 * and raises the epoch under it. `lease` takes the lock in shared mode for the session and then
 * looks at the epoch: in this order, or a fence could slip in between.
 */
import { fencedCode } from '../../process-world/postgres-names.ts';

const fencePollSeconds = 0.002;

export const schemaStatements: readonly string[] = [
  `CREATE TABLE epochs (owner text PRIMARY KEY, epoch integer NOT NULL)`,
  // `seq` keeps the order of rows inside a transaction.
  `CREATE TABLE written (
     seq bigserial PRIMARY KEY, transaction text NOT NULL,
     key text NOT NULL, ts bigint NOT NULL, value text NOT NULL)`,
  `CREATE INDEX ON written (transaction)`,
  `CREATE TABLE transactions (
     id text PRIMARY KEY, sink text NOT NULL, subtask integer NOT NULL,
     epoch integer NOT NULL, checkpoint integer NOT NULL)`,
  `CREATE TABLE shown (
     batch bigserial PRIMARY KEY, sink text NOT NULL, subtask integer NOT NULL,
     epoch integer NOT NULL, keys text[] NOT NULL, ts bigint[] NOT NULL, row_values text[] NOT NULL)`,
  `CREATE TABLE latest (
     sink text NOT NULL, key text NOT NULL, ts bigint NOT NULL, value text NOT NULL,
     PRIMARY KEY (sink, key))`,
  `CREATE FUNCTION fence(wanted_owner text, wanted integer, space integer, lock_key integer)
   RETURNS void LANGUAGE plpgsql AS $$
   DECLARE current integer;
   BEGIN
     SELECT epoch INTO current FROM epochs WHERE owner = wanted_owner;
     IF current > wanted THEN
       RAISE EXCEPTION 'epoch % is fenced by %', wanted, current USING ERRCODE = '${fencedCode}';
     END IF;
     LOOP
       PERFORM pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 2 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND classid = (space::bigint & 4294967295)::oid
          AND objid = (lock_key::bigint & 4294967295)::oid
          AND pid <> pg_backend_pid();
       EXIT WHEN pg_try_advisory_xact_lock(space, lock_key);
       PERFORM pg_sleep(${fencePollSeconds});
     END LOOP;
     SELECT epoch INTO current FROM epochs WHERE owner = wanted_owner;
     IF current > wanted THEN
       RAISE EXCEPTION 'epoch % is fenced by %', wanted, current USING ERRCODE = '${fencedCode}';
     END IF;
     INSERT INTO epochs VALUES (wanted_owner, wanted)
       ON CONFLICT (owner) DO UPDATE SET epoch = excluded.epoch;
   END $$`,
  `CREATE FUNCTION lease(wanted_owner text, wanted integer, space integer, lock_key integer)
   RETURNS void LANGUAGE plpgsql AS $$
   DECLARE current integer;
   BEGIN
     PERFORM pg_advisory_lock_shared(space, lock_key);
     SELECT epoch INTO current FROM epochs WHERE owner = wanted_owner;
     IF current > wanted THEN
       RAISE EXCEPTION 'epoch % is fenced by %', wanted, current USING ERRCODE = '${fencedCode}';
     END IF;
   END $$`,
  `CREATE FUNCTION show(
     to_sink text, by_subtask integer, by_epoch integer, replaces boolean,
     new_keys text[], new_ts bigint[], new_values text[])
   RETURNS void LANGUAGE plpgsql AS $$
   BEGIN
     INSERT INTO shown (sink, subtask, epoch, keys, ts, row_values)
       VALUES (to_sink, by_subtask, by_epoch, new_keys, new_ts, new_values);
     IF replaces THEN
       INSERT INTO latest
         SELECT DISTINCT ON (key) to_sink, key, row_ts, value
         FROM unnest(new_keys, new_ts, new_values) WITH ORDINALITY AS row (key, row_ts, value, n)
         ORDER BY key, n DESC
       ON CONFLICT (sink, key) DO UPDATE SET ts = excluded.ts, value = excluded.value;
     END IF;
   END $$`,
];

/** Everything a read-committed reader sees that was committed after `$1`, with its commit time. */
export const visibleQuery = `
  SELECT 'transaction ' || id AS name, id AS transaction, sink, subtask, epoch, checkpoint,
         (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::float8 AS at_ms,
         0 AS batch,
         (SELECT array_agg(key ORDER BY seq) FROM written w WHERE w.transaction = id) AS keys,
         (SELECT array_agg(ts::text ORDER BY seq) FROM written w WHERE w.transaction = id) AS ts,
         (SELECT array_agg(value ORDER BY seq) FROM written w WHERE w.transaction = id) AS row_values
  FROM transactions WHERE pg_xact_commit_timestamp(xmin) >= $1
  UNION ALL
  SELECT 'batch ' || batch, NULL, sink, subtask, epoch, NULL,
         (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::float8, batch::integer,
         keys, ts::text[], row_values
  FROM shown WHERE pg_xact_commit_timestamp(xmin) >= $1
  ORDER BY at_ms, batch`;
