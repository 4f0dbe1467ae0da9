/** One file on its way from bytes to a report. */
import type { Certificate } from '../../src/linearizability/history/certificate.ts';
import { checkOperations } from '../../src/linearizability/check.ts';
import type { PartitionVerdict } from '../../src/linearizability/partition-task.ts';
import { explain } from '../../src/linearizability/explain/explain.ts';
import type { OperationHistory } from '../../src/linearizability/history/history.ts';
import type { SequentialModel } from '../../src/linearizability/history/model.ts';
import {
  rowsByObject,
  type Verification,
  verifyCertificate,
} from '../../src/linearizability/verify/verify.ts';
import type { OperationFlags } from './flags.ts';
import { checkLogFile, isLogHistory } from './log-file.ts';
import { modelFor } from './model-choice.ts';
import { parseHistory } from './read-history.ts';
import {
  type FileReport,
  type OperationAnomaly,
  orderMax,
  type ReportedCertificate,
} from './report.ts';
import { splitTuples } from './tuples.ts';

/** Steps of the verifier for one certificate: at least, and per operation of the object. */
const verifyStepsMin = 5_000_000;
const verifyStepsPerOperation = 50;
/** Steps of search for explanations, over all objects of a file: at least, and per operation. */
const explainStepsMin = 10_000_000;
const explainStepsPerOperation = 20;
/** Refuted objects that are explained in full. */
const explainedMax = 20;

export interface FileToCheck {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Throws InputFileError or UsageError; never lets a bad file pass. */
export function checkFile(
  { file, bytes }: FileToCheck,
  flags: OperationFlags,
  asked: SequentialModel | null,
): FileReport {
  const started = performance.now();
  const read = parseHistory(bytes, file, flags.format);
  if (asked === null && isLogHistory(read, flags.format)) {
    return checkLogFile(read, { file, started, wwDeps: flags.wwDeps });
  }
  const history = flags.partitionBy === 'tuple' ? splitTuples(read, file) : read;
  const model = modelFor(history, asked, file);
  const byKey = flags.partitionBy !== 'none';
  const { failedCas } = flags;
  const verdict = checkOperations(history, model, { byKey, failedCas, stepsMax: flags.budget });
  const wallMs = performance.now() - started;
  const scope = { history, model, flags };
  const rows = flags.verify ? rowsByObject(history, model, { byKey, failedCas }) : null;
  const certificates = verdict.partitions.flatMap((p) => reported(scope, p, rows));
  const rejected = certificates.filter((c) => c.verification === 'rejected');
  const unknowns = [
    ...new Set(verdict.partitions.flatMap((p) => (p.unknown === null ? [] : [p.unknown]))),
    ...rejected.map(
      (c) => `the verifier rejected the certificate of object ${c.key ?? '(the only one)'}`,
    ),
  ];
  return {
    file,
    // A certificate that does not hold is a defect of the checker: nothing is claimed then.
    verdict: rejected.length > 0 ? 'unknown' : verdict.verdict,
    model: model.name,
    operations: verdict.operations,
    indefinite: verdict.indefinite,
    partitions: verdict.partitions.length,
    steps: verdict.steps,
    wallMs,
    peakBytes: verdict.peakBytes,
    certificate: certificates,
    anomalies: anomaliesOf(scope, verdict.partitions),
    unknowns: verdict.verdict === 'invalid' && rejected.length === 0 ? [] : unknowns,
  };
}

interface Scope {
  readonly history: OperationHistory;
  readonly model: SequentialModel;
  readonly flags: OperationFlags;
}

function reported(
  scope: Scope,
  partition: PartitionVerdict,
  rows: ReadonlyMap<number, readonly number[]> | null,
): ReportedCertificate[] {
  const { certificate, key, method } = partition;
  if (certificate === null) return [];
  const { status, fault } =
    rows === null ? { status: 'not-asked' as const, fault: null } : verify(scope, partition, rows);
  return [{ key, method, verification: status, fault, certificate: cut(certificate) }];
}

function verify(
  { history, model, flags }: Scope,
  { partition, certificate }: PartitionVerdict,
  objects: ReadonlyMap<number, readonly number[]>,
): Verification {
  const first = partition.ops[0] as number;
  const key = flags.partitionBy === 'none' ? -1 : (history.key[first] as number);
  const rows = objects.get(key) ?? [];
  const stepsMax = Math.max(verifyStepsMin, verifyStepsPerOperation * rows.length);
  return verifyCertificate({ history, model, rows }, certificate as Certificate, stepsMax);
}

function cut(certificate: Certificate): ReportedCertificate['certificate'] {
  if (certificate.kind !== 'linearization') return certificate;
  const { length } = certificate.order;
  return {
    kind: 'linearization',
    length,
    order: Array.from(certificate.order.subarray(0, orderMax)),
  };
}

function anomaliesOf(scope: Scope, partitions: readonly PartitionVerdict[]): OperationAnomaly[] {
  const { history, model } = scope;
  const refuted = partitions.filter((p) => p.verdict === 'invalid');
  const explained = refuted.slice(0, explainedMax);
  const steps = Math.max(explainStepsMin, explainStepsPerOperation * history.count);
  const stepsMax = Math.floor(steps / Math.max(1, explained.length));
  return explained.map((p) => {
    const certificate = p.certificate as Certificate;
    const explanation = explain(history, model, {
      partition: p.partition,
      certificate,
      stepsMax,
    });
    return {
      name: 'not-linearizable',
      key: p.key,
      sentence: explanation.sentence,
      lines: explanation.witnesses.map((row) => history.line[row] as number),
      count: 1,
      explanation,
    };
  });
}
