/**
 * A subject whose nodes can carry a planted bug. The port of subjects does not know of this: what
 * is verified has no planted bugs, only our own engine has.
 */
import type { RealSubject, Subject } from '../subjects/port/subject.ts';
import type { BugFile } from './bug-file.ts';

export interface PlantableSubject extends RealSubject {
  /** The same subject with a bug in the engine of its nodes; its model stays as it is. */
  planted(bug: BugFile): PlantableSubject;
}

/** What to run cases on whose engine carries `bug`: nodes of their own, or else this process. */
export function plantedSubject(subject: Subject, bug: BugFile | undefined): Subject {
  return bug !== undefined && isPlantable(subject) ? subject.planted(bug) : subject;
}

function isPlantable(subject: Subject): subject is PlantableSubject {
  return 'planted' in subject;
}
