/**
 * What is written on every container, network and image of ours: which harness it belongs to, and in
 * which space of process ids that harness's pid means anything. Whoever finds them can tell whether
 * they are still in use (law A7).
 */
import { readFileSync, readlinkSync } from 'node:fs';

import { present } from '../../../src/base/assert.ts';
import { identityOf, stateOf } from '../../process-control/process-identity.ts';

const ownerLabel = 'tidemark.owner';
const machineLabel = 'tidemark.machine';

export type Labels = Readonly<Record<string, string>>;

/** The labels of this harness. */
export function ownLabels(): Labels {
  const { pid, startTime } = present(identityOf(process.pid), 'own process');
  return { [ownerLabel]: `${pid}-${startTime}`, [machineLabel]: thisMachine() };
}

/** Filter of the engine's lists: everything that harnesses of this machine made. */
export function machineFilter(): string {
  return `${machineLabel}=${thisMachine()}`;
}

export function ownerOf(labels: Labels | null | undefined): string | null {
  return labels?.[ownerLabel] ?? null;
}

/** Whether the harness with this owner label is no more. */
export function isGone(owner: string): boolean {
  const [pid = '', ...startTime] = owner.split('-');
  return stateOf({ pid: Number(pid), startTime: startTime.join('-') }) === 'gone';
}

/** One boot of one machine, seen from one space of process ids. */
function thisMachine(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const space = readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '');
  return `${boot}-${space}`;
}
