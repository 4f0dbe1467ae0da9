/**
 * What is written on every container, network and image of ours: which harness it belongs to, and
 * in which space of process ids that harness's pid means anything. Whoever finds them can tell
 * whether they are still in use (law A7).
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

import { present } from '../../../src/base/assert.ts';
import { identityOf, stateOf } from '../../process-control/process-identity.ts';

const ownerLabel = 'tidemark.owner';
const machineLabel = 'tidemark.machine';

export type Labels = Readonly<Record<string, string>>;

/** Labels for one bench of this harness, different each time. */
export function newLabels(): Labels {
  const { pid, startTime } = present(identityOf(process.pid), 'own process');
  const owner = `${pid}-${startTime}.${randomUUID().slice(0, 6)}`;
  return { [ownerLabel]: owner, [machineLabel]: thisMachine() };
}

/** Filter of the engine's lists: everything that harnesses of this machine made. */
export function machineFilter(): string {
  return `${machineLabel}=${thisMachine()}`;
}

/** Filter of the engine's lists: everything of one owner. */
export function ownerFilter(owner: string): string {
  return `${ownerLabel}=${owner}`;
}

export function ownerOf(labels: Labels | null | undefined): string | null {
  return labels?.[ownerLabel] ?? null;
}

/** Whether the harness with this owner label is no more. */
export function isGone(owner: string): boolean {
  const [, pid = '', startTime = ''] = /^(\d+)-(.+)\./.exec(owner) ?? [];
  return stateOf({ pid: Number(pid), startTime }) === 'gone';
}

/** One boot of one machine, seen from one space of process ids. */
function thisMachine(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const space = readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '');
  return `${boot}-${space}`;
}
