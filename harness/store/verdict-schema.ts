/**
 * The shape of `verdict.json`, and of what `tidemark check --json` prints of a case. What a claim
 * holds beside its kind is told by the types of the model alone.
 */
import * as z from 'zod';

import type { Value } from '../../src/model/value.ts';
import type { Verdict } from '../../src/model/verdict/verdict.ts';
import { newestVerdict } from './older-documents.ts';
import { parsed, parts } from './schema-parts.ts';

const { status, guarantee, anomaly, count, unknown } = parts;
const lines = z.array(z.string());
const place = count.nullable();
const claim = z.looseObject({ kind: z.string() });
const json = z.json() as z.ZodType<Value>;

const witness = z.strictObject({
  role: z.string().describe('what it is in this contradiction'),
  key: z.string().nullable(),
  split: z.string().nullable(),
  offset: place,
  id: place,
  value: json,
  t: z.number().nullable().describe('ms at which it became visible; null: never'),
  attempt: place,
  checkpoint: place,
  transaction: z.string().nullable(),
});

const blame = z.strictObject({
  checkpoint: place,
  restoredFrom: place,
  attempt: place,
  fault: place.describe("index into the case's schedule"),
  forensics: z.string().nullable(),
  claims: z.array(claim),
});

const explanation = z.strictObject({
  sentence: z.string(),
  let: lines,
  // oxlint-disable-next-line unicorn/no-thenable -- the format's own word
  then: lines,
  however: lines,
  why: lines,
  nearest: z.string().nullable(),
  expected: lines,
  observed: lines,
  claims: z.array(
    z.strictObject({
      part: z.enum([
        'sentence',
        'let',
        'then',
        'however',
        'why',
        'nearest',
        'expected',
        'observed',
      ]),
      claim,
    }),
  ),
});

const found = z.strictObject({
  name: anomaly,
  operator: z.string().nullable().describe('where it shows; null: the whole job'),
  key: z.string().nullable(),
  witnesses: z.array(witness),
  count: count.describe('records that show it'),
  blame,
  explanation,
});

const verdict = z.strictObject({
  schemaVersion: z.literal(2),
  status,
  guarantees: z.record(guarantee, z.enum(['valid', 'unknown', 'invalid', 'not-checked'])),
  promises: z.array(guarantee),
  strongest: z.string().describe('the strongest delivery guarantee that held, or "none"'),
  anomalies: z.array(found),
  refuted: z.array(guarantee),
  possible: z.array(guarantee),
  unknowns: z.array(unknown),
  coverage: z.record(z.string(), z.number()),
});

/** JSON Schema of a verdict, draft 2020-12. */
export function verdictJsonSchema(): unknown {
  return { title: 'Verdict of Tidemark', ...z.toJSONSchema(verdict) };
}

/** The value, of any version, as a verdict. Throws an InputError that names each wrong place. */
export function validateVerdict(value: unknown): Verdict {
  return parsed(verdict, newestVerdict(value), 'verdict') as unknown as Verdict;
}
