/**
 * Which subject a saved case is replayed on: where it was found, or what `--subject` says. Never
 * another one in its place: a case that shows nothing there would look like a defect that is gone.
 */
import { refusal } from '../store/refusal.ts';
import { missingNeeds } from './needs.ts';
import { isKnown, subjectNames, subjectUrl } from './subjects.ts';

/** The name to run it under. Throws an InputError where that cannot be done here. */
export function subjectOfCase(found: string, asked: string | null): string {
  if (asked === null && !isKnown(found)) {
    throw refusal('subject', found, {
      expectation: `a subject that can be run here (the case was found on "${found}")`,
      suggestion: `say where to run it instead: --subject ${subjectNames().join(' or ')}`,
    });
  }
  const subject = asked ?? found;
  refuseUnavailable(subject);
  return subject;
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
