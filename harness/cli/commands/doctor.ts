/**
 * `tidemark doctor`: which subjects can be verified on this machine.
 */
import { subjectNeeds, type SubjectNeeds } from '../../subjects/needs.ts';
import type { CommandContext } from '../frame/command.ts';
import { exitCodes } from '../frame/exit-codes.ts';

export function doctor({ options, io }: CommandContext): Promise<number> {
  const subjects = subjectNeeds();
  if (options.json) io.out(`${JSON.stringify({ schemaVersion: 1, subjects }, null, 2)}\n`);
  else io.out(subjects.map(subjectText).join('\n'));
  const [simulator] = subjects;
  const ready = simulator?.needs.every(({ present }) => present) ?? false;
  return Promise.resolve(ready ? exitCodes.valid : exitCodes.unknown);
}

function subjectText({ subject, describes, implemented, needs }: SubjectNeeds): string {
  const missing = needs.some(({ present }) => !present);
  const readiness = missing ? 'needs something' : 'ready';
  const state = implemented ? readiness : 'not in this version';
  const lines = needs.map(({ name, present, detail, remedy }) => {
    const advice = remedy === null ? '' : `; bring it with: ${remedy}`;
    return `  ${present ? '✓' : '✗'} ${name}: ${detail}${advice}`;
  });
  return `${subject}: ${state}\n  ${describes}\n${lines.join('\n')}\n`;
}
