/**
 * Pieces that the schemas of verdicts and results share, and how a value is held against one.
 */
import * as z from 'zod';

import {
  anomalies,
  type AnomalyName,
  type Guarantee,
  guarantees,
} from '../../src/model/guarantee.ts';
import { Report } from '../../src/model/input-error.ts';
import type { Unknown } from '../../src/model/verdict/unknown.ts';
import type { Status } from '../../src/model/verdict/verdict.ts';

const status = z.enum(['valid', 'unknown', 'invalid']);
const guarantee = z.enum(guarantees);
const anomaly = z.enum(Object.keys(anomalies) as [AnomalyName, ...AnomalyName[]]);
const count = z.number().int().nonnegative();

const unknown = z.strictObject({
  kind: z.enum(['vacuous', 'limit', 'error', 'undecided', 'expectation']),
  guarantee: guarantee.nullable().describe('what is left open; null: the run or campaign'),
  text: z.string().describe('for people; the kind is for programs'),
});

interface Parts {
  readonly status: z.ZodType<Status>;
  readonly guarantee: z.ZodEnum<{ readonly [K in Guarantee]: K }>;
  readonly anomaly: z.ZodType<AnomalyName>;
  readonly count: z.ZodNumber;
  readonly unknown: z.ZodType<Unknown>;
}

export const parts: Parts = { status, guarantee, anomaly, count, unknown };

/** The value, known to be right. Throws an InputError that names each wrong place. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const report = new Report();
  for (const issue of outcome.error.issues) {
    report.add(issue.path.map(String).join('.'), memberAt(value, issue.path), issue.message);
  }
  report.refuse(what);
  throw outcome.error;
}

function memberAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (member, name) => (member as Record<PropertyKey, unknown> | null | undefined)?.[name],
    value,
  );
}
