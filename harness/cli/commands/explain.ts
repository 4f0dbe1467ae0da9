/**
 * `tidemark explain`: what an anomaly or a guarantee means, and what follows from it.
 */
import {
  anomalies,
  guarantees,
  implications,
  type AnomalyName,
  type Guarantee,
} from '../../../src/model/guarantee.ts';
import { suggestName } from '../../../src/model/validate/suggest.ts';
import { refusal } from '../../store/refusal.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';
import { anomalyTexts, guaranteeTexts } from '../frame/explanations.ts';
import { wrap } from '../frame/wrap.ts';

export function explain({ args, options, io }: CommandContext): Promise<number> {
  const [name] = args;
  const entry = name === undefined ? null : entryOf(name);
  if (options.json) io.out(`${JSON.stringify(entry ?? allEntries(), null, 2)}\n`);
  else io.out(entry === null ? indexText() : entryText(entry));
  return Promise.resolve(exitCodes.valid);
}

interface Entry {
  readonly name: string;
  readonly kind: 'anomaly' | 'guarantee';
  readonly means: string;
  readonly text: string;
  /** Guarantees an anomaly refutes, or anomalies that refute a guarantee. */
  readonly refutes: readonly string[];
  readonly refutedBy: readonly string[];
  readonly implies: readonly string[];
}

const anomalyNames = Object.keys(anomalies) as AnomalyName[];

function entryOf(name: string): Entry {
  const anomaly = anomalyNames.find((known) => known === name);
  if (anomaly !== undefined) return anomalyEntry(anomaly);
  const guarantee = guarantees.find((known) => known === name);
  if (guarantee !== undefined) return guaranteeEntry(guarantee);
  throw refusal('name', name, {
    expectation: 'the name of an anomaly or a guarantee (`tidemark explain` lists them)',
    suggestion: suggestName(name, [...anomalyNames, ...guarantees]),
  });
}

function anomalyEntry(name: AnomalyName): Entry {
  return {
    name,
    kind: 'anomaly',
    means: anomalies[name].means,
    text: anomalyTexts[name],
    refutes: anomalies[name].refutes,
    refutedBy: [],
    implies: implications[name] ?? [],
  };
}

function guaranteeEntry(name: Guarantee): Entry {
  const refutes = (anomaly: AnomalyName): readonly Guarantee[] => anomalies[anomaly].refutes;
  return {
    name,
    kind: 'guarantee',
    means: guaranteeTexts[name],
    text: '',
    refutes: [],
    refutedBy: anomalyNames.filter((anomaly) => refutes(anomaly).includes(name)),
    implies: [],
  };
}

function allEntries(): { readonly schemaVersion: 1; readonly entries: readonly Entry[] } {
  const entries = [...anomalyNames.map(anomalyEntry), ...guarantees.map(guaranteeEntry)];
  return { schemaVersion: 1, entries };
}

function entryText(entry: Entry): string {
  const lines = [
    `${entry.name} (${entry.kind})`,
    wrap(capital(`${entry.means}.`.replace('..', '.')), 2),
  ];
  if (entry.text !== '') lines.push('', wrap(entry.text, 2));
  const list = (label: string, names: readonly string[]): void => {
    if (names.length > 0) lines.push('', wrap(`${label}: ${names.join(', ')}`, 2));
  };
  list('refutes', entry.refutes);
  list('implies', entry.implies);
  list('refuted by', entry.refutedBy);
  return `${lines.join('\n')}\n`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function indexText(): string {
  const width = Math.max(
    ...anomalyNames.map((name) => name.length),
    ...guarantees.map((n) => n.length),
  );
  const row = ({ name, means }: Entry): string => `  ${name.padEnd(width)}  ${means}`;
  return [
    'Anomalies',
    ...anomalyNames.map((name) => row(anomalyEntry(name))),
    '',
    'Guarantees',
    ...guarantees.map((name) => row(guaranteeEntry(name))),
    '',
  ].join('\n');
}
