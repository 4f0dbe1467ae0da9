/**
 * The shape of `result.json`, for reading it back. `reports/json/result.schema.json` is made of it;
 * a test keeps the two equal.
 */
import * as z from 'zod';

import { resultSchemaVersion, type RunResult } from '../../reports/result.ts';
import { newestResult } from './older-documents.ts';
import { parsed, parts } from './schema-parts.ts';

const { status, guarantee, anomaly, count, unknown } = parts;

const size = z.strictObject({ events: count, faults: count });

const stats = z.strictObject({
  wallMs: z.number().nonnegative(),
  virtualMs: z.number().nonnegative(),
  messages: count,
  runsPerSecond: z.number().nonnegative(),
});

const rate = z.strictObject({
  shown: count,
  of: count.describe('runs that were judged'),
  failed: count.describe('further runs, which ended in an error'),
});

const real = z.strictObject({
  subject: z.string().describe('where the case was found'),
  rate: rate.nullable().describe('runs of this case there that showed it'),
  rateAsFound: rate.nullable().describe('the same of the case before it was made smaller'),
  shrunkOn: z.enum(['simulator', 'subject']).nullable(),
  triesMax: count.nullable().describe('runs a candidate had at most'),
  showsInSimulator: z.boolean(),
  anomaliesInSimulator: z.array(anomaly),
});

const caseResult = z.strictObject({
  file: z.string().nullable().describe('path of the saved case'),
  run: count.nullable().describe('number of the run; null for a saved failure'),
  status,
  anomalies: z.array(anomaly),
  sentence: z.string(),
  open: unknown.nullable().describe('the reason that the sentence tells, of an unknown case'),
  events: count.describe('input records'),
  faults: count,
  shrunkFrom: size.nullable(),
  replay: z.string().describe('command that runs the case again'),
  real: real.nullable().describe('how it behaves on a real subject; null for the simulator'),
});

const scenario = z.strictObject({
  id: z.string(),
  title: z.string(),
  verdict: status,
  strongestGuarantee: z.string().describe('what held in every run that counts'),
  runs: count,
  vacuousRuns: count.describe('runs that do not count'),
  guarantees: z.record(guarantee, z.enum(['valid', 'unknown', 'invalid', 'not-checked'])),
  promises: z.array(guarantee),
  anomalies: z.array(anomaly),
  cases: z.array(caseResult),
  coverage: z.record(z.string(), z.number()),
  sometimes: z.array(z.strictObject({ name: z.string(), runs: count })),
  ranOn: z.array(z.strictObject({ subject: z.string(), runs: count })).optional(),
  unknowns: z.array(unknown),
  historyDigest: z.string().describe('over the bytes of all histories, in run order'),
  statement: z.string(),
  stats,
});

const result = z.strictObject({
  schemaVersion: z.literal(resultSchemaVersion),
  tool: z.string(),
  runId: z.string(),
  subject: z.string(),
  seed: count,
  verdict: status,
  statement: z.string(),
  interrupted: z.boolean(),
  scenarios: z.array(scenario),
  limits: z.array(z.strictObject({ limit: z.string(), value: z.number(), detail: z.string() })),
  skipped: z.array(z.string()),
  stats,
});

/** JSON Schema of the result, draft 2020-12. */
export function resultJsonSchema(): unknown {
  return { title: 'Result of tidemark run --json', ...z.toJSONSchema(result) };
}

/** The value, of any version, as a result. Throws an InputError that names each wrong place. */
export function validateResult(value: unknown): RunResult {
  return parsed<RunResult>(result, newestResult(value), 'result');
}
