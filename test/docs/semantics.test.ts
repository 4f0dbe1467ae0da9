/**
 * SEMANTICS.md against the vocabulary of the code: every guarantee with exactly the anomalies that
 * refute it, every anomaly with a meaning, every implication, and what the checker does not report.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { closureOf } from '../../src/judgement/judge.ts';
import { anomalies, anomalyNames, guarantees, implications } from '../../src/model/guarantee.ts';
import { projectRoot, readDocument, sections } from './documents.ts';

const semantics = readDocument('SEMANTICS.md');
const chapters = sections(semantics, 2);

function chapter(name: string): string {
  const found = chapters.find(({ title }) => title.endsWith(name));
  expect(found, `a chapter "${name}"`).toBeDefined();
  return found?.text ?? '';
}

/** Names in back quotes. */
function quoted(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

const described = sections(semantics, 3).filter(({ title }) => title.startsWith('`'));

describe('the guarantees of SEMANTICS.md', () => {
  it('are those of the code, in its order', () => {
    expect(described.flatMap(({ title }) => quoted(title))).toEqual([...guarantees]);
  });

  it.each(guarantees)('%s names exactly the anomalies that refute it', (guarantee) => {
    const text = described.find(({ title }) => title === `\`${guarantee}\``)?.text ?? '';
    const refuting = anomalyNames.filter((name) => anomalies[name].refutes.includes(guarantee));
    const named = quoted(text.slice(text.indexOf('Refuted by:')));
    expect(named.toSorted()).toEqual(refuting.toSorted());
  });
});

describe('the anomalies of SEMANTICS.md', () => {
  const text = chapter('Anomalies');
  const meanings = text.slice(0, text.indexOf('One implies another'));

  it.each(anomalyNames)('%s has a meaning', (name) => {
    expect(quoted(meanings)).toContain(name);
  });

  it('imply one another as in the code', () => {
    const from = text.indexOf('One implies another');
    const sentence = quoted(text.slice(from, text.indexOf('Named but not yet', from)));
    const involved = Object.entries(implications).flatMap(([name, implied]) => [name, ...implied]);
    const special = ['duplicate-replay', 'duplicate-zombie', 'duplicate-sink'];
    expect(new Set([...sentence, ...special])).toEqual(new Set(involved));
  });

  it('that the checker does not report are the ones said to be so', () => {
    const unreported = anomalyNames.filter((name) => !checkerSources.includes(`'${name}'`));
    const from = text.indexOf('Named but not yet');
    const said = quoted(text.slice(from, text.indexOf('. ', from)));
    expect(said.toSorted()).toEqual(unreported.toSorted());
  });
});

describe('the table of guarantees and anomalies', () => {
  const text =
    sections(semantics, 3).find(({ title }) => title === 'What refutes what')?.text ?? '';
  /** Two tables one below the other, each with a part of the guarantees. */
  const cellsOf = new Map<string, string[]>();
  for (const line of text.split('\n').filter((row) => row.startsWith('| `'))) {
    const [, name = '', ...cells] = line.split('|').map((cell) => cell.trim());
    const [anomaly = ''] = quoted(name);
    cellsOf.set(anomaly, [...(cellsOf.get(anomaly) ?? []), ...cells.slice(0, -1)]);
  }
  const reasons = [...text.matchAll(/^- ([a-z-]): /gm)].map((match) => match[1] ?? '');

  it('has a row for every anomaly and a cell for every guarantee', () => {
    expect([...cellsOf.keys()]).toEqual([...anomalyNames]);
    for (const cells of cellsOf.values()) expect(cells).toHaveLength(guarantees.length);
  });

  it.each(anomalyNames)('%s refutes, implies and leaves open what it does in the code', (name) => {
    const said = (cellsOf.get(name) ?? []).map((cell) => (/^[RI]/.test(cell) ? cell[0] : 'open'));
    const implied = closureOf(name).flatMap((other) => anomalies[other].refutes);
    const coded = guarantees.map((guarantee) => {
      if (anomalies[name].refutes.includes(guarantee)) return 'R';
      return implied.includes(guarantee) ? 'I' : 'open';
    });
    expect(said).toEqual(coded);
  });

  it('gives a reason for every cell, and no reason without one', () => {
    const used = new Set([...cellsOf.values()].flat().map((cell) => cell.at(-1) ?? ''));
    expect([...used].toSorted()).toEqual(reasons.toSorted());
  });
});

const checkerFolder = join(projectRoot, 'src/checker');
const checkerSources = readdirSync(checkerFolder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readDocument(join('src/checker', file)))
  .join('\n');
