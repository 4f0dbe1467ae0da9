/**
 * SEMANTICS.md against the vocabulary of the code: every guarantee with exactly the anomalies that
 * refute it, every anomaly with a meaning, every implication, and what the checker does not report.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

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

const checkerFolder = join(projectRoot, 'src/checker');
const checkerSources = readdirSync(checkerFolder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readDocument(join('src/checker', file)))
  .join('\n');
