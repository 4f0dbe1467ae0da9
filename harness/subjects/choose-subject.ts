/**
 * Which subject a saved case is replayed on: where it was found, or what `--subject` says. Never
 * another one in its place: a case that shows nothing there would look like a defect that is gone.
 */
import { refusal } from '../store/refusal.ts';
import { missingNeeds } from './needs.ts';
import { isKnown, runsInWorld, subjectNames, subjectUrl, takesFunctions } from './subjects.ts';

/** The name to run it under. Rejects with an InputError where that cannot be done here. */
export async function subjectOfCase(found: string, asked: string | null): Promise<string> {
  if (asked === null && !isKnown(found)) {
    throw refusal('subject', found, {
      expectation: `a subject that can be run here (the case was found on "${found}")`,
      suggestion: `say where to run it instead: --subject ${subjectNames().join(' or ')}`,
    });
  }
  const subject = asked ?? found;
  await makeReady(subject, null);
  return subject;
}

/**
 * Sees to it that the subject can be run, with the database server that is given for its sinks:
 * `postgres`, or else that of the environment. Rejects with an InputError that says what is
 * missing.
 */
export async function makeReady(subject: string, postgres: string | null): Promise<void> {
  refuseUnavailable(subject);
  if (!runsInWorld(subject)) {
    if (postgres === null) return;
    throw refusal('flag', '--postgres', {
      expectation: `none: the subject "${subject}" has a store of its own`,
      suggestion: 'name a subject that writes to it, such as --subject processes',
    });
  }
  const { askGivenPostgres } = await import('./processes/given-postgres.ts');
  await askGivenPostgres(postgres);
}

/** Throws an InputError where functions of a scenario's own cannot reach the subject. */
export function refuseFunctions(subject: string, scenario: string): void {
  if (takesFunctions(subject)) return;
  throw refusal('subject', subject, {
    expectation: `one that has the functions of the scenario "${scenario}"`,
    suggestion: `only Tidemark's own sources reach "${subject}": use simulator or processes`,
  });
}

/** Throws an InputError for a name that is none, and for a subject that this machine cannot run. */
export function refuseUnavailable(subject: string): void {
  subjectUrl(subject);
  const missing = missingNeeds(subject);
  if (missing.length === 0) return;
  const lacks = missing.map(({ name, detail }) => `${name} (${detail})`).join(', ');
  const remedies = missing.flatMap(({ remedy }) => (remedy === null ? [] : [remedy]));
  throw refusal('subject', subject, {
    expectation: `a subject that this machine can run; "${subject}" lacks ${lacks}`,
    suggestion: `${remedies.join('; ')}${remedies.length > 0 ? '; ' : ''}see \`tidemark doctor\``,
  });
}
