/**
 * The state diagrams of src/engine/README.md against the code: the same phases, and every
 * assignment of a phase as an arrow that leads there.
 */
import { describe, expect, it } from 'vitest';

import { codeBlocks, readDocument } from './documents.ts';

const readme = readDocument('src/engine/README.md');
const diagrams = codeBlocks(readme).filter(({ language }) => language === 'mermaid');

interface Machine {
  readonly name: string;
  /** Where the type of the phases is declared. */
  readonly declared: string;
  readonly code: string;
}

const machines: readonly Machine[] = [
  {
    name: 'JobManager',
    declared: 'src/engine/job-manager/job-manager.ts',
    code: 'src/engine/job-manager/job-manager.ts',
  },
  {
    name: 'Task',
    declared: 'src/engine/task-manager/task-settings.ts',
    code: 'src/engine/task-manager/task.ts',
  },
];

function phasesOf(source: string): string[] {
  const union = /type Phase =([^;]+);/.exec(source)?.[1] ?? '';
  return [...union.matchAll(/'([a-z]+)'/g)].map((match) => match[1] ?? '');
}

describe.each(machines.map((machine, i) => ({ ...machine, i })))('$name', ({ i, ...machine }) => {
  const arrows = [...(diagrams[i]?.code ?? '').matchAll(/^ *(\S+) --> (\[\*\]|\w+)/gm)].map(
    (match) => ({ from: match[1] ?? '', to: match[2] ?? '' }),
  );
  const phases = phasesOf(readDocument(machine.declared));
  const code = readDocument(machine.code);

  it('has the phases of the code', () => {
    const drawn = new Set(arrows.flatMap(({ from, to }) => [from, to]));
    drawn.delete('[*]');
    expect(phases.length).toBeGreaterThan(3);
    expect([...drawn].toSorted()).toEqual(phases.toSorted());
  });

  it('begins where the code begins', () => {
    const initial = /private phase: Phase = '([a-z]+)'/.exec(code)?.[1];
    expect(arrows.filter(({ from }) => from === '[*]').map(({ to }) => to)).toEqual([initial]);
  });

  it('has an arrow to each phase that the code enters, and to no other', () => {
    const entered = [...code.matchAll(/this\.phase = '([a-z]+)'/g)].map((match) => match[1] ?? '');
    const drawn = arrows.filter(({ from, to }) => from !== '[*]' && to !== '[*]');
    expect([...new Set(drawn.map(({ to }) => to))].toSorted()).toEqual(
      [...new Set(entered)].toSorted(),
    );
  });
});
