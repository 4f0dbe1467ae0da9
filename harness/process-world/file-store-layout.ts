/**
 * Where the file sink keeps what. One directory per sink subtask carries the epoch of its owner in
 * its name: fencing renames it, so that every path of an earlier epoch stops existing in one step
 * of the file system. A commit renames a prepared file into the directory of visible ones, whose
 * names are numbered; a reader sees whole files only.
 *
 *     owners/<sink>/<subtask>/owner-<epoch>/<transaction>.open
 *     owners/<sink>/<subtask>/owner-<epoch>/<transaction>.prepared-<checkpoint>
 *     visible/<sink>/<subtask>/<number>.<epoch>.<checkpoint or none>.<transaction or none>
 */
import { join } from 'node:path';

export interface VisibleName {
  readonly number: number;
  /** Who made it visible. */
  readonly epoch: number;
  readonly checkpoint: number | null;
  readonly transaction: string | null;
}

const ownerPrefix = 'owner-';
const none = '-';

export function ownersFolder(folder: string, sink: string, subtask: number): string {
  return join(folder, 'owners', encodeName(sink), String(subtask));
}

export function visibleFolder(folder: string, sink: string, subtask: number): string {
  return join(folder, 'visible', encodeName(sink), String(subtask));
}

export function ownerName(epoch: number): string {
  return `${ownerPrefix}${epoch}`;
}

/** The epoch in the name of an owner's directory. */
export function epochOf(name: string): number {
  return Number(name.slice(ownerPrefix.length));
}

/** Dots separate the parts of names, so they are encoded too. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll('.', '%2E');
}

export function openName(transaction: string): string {
  return `${encodeName(transaction)}.open`;
}

export function preparedName(transaction: string, checkpoint: number): string {
  return `${encodeName(transaction)}.prepared-${checkpoint}`;
}

export interface HeldName {
  readonly transaction: string;
  /** Null: still open. */
  readonly checkpoint: number | null;
}

/** What a file in an owner's directory is. */
export function parseHeld(name: string): HeldName {
  const [transaction = '', state = ''] = name.split('.');
  const checkpoint = state.startsWith('prepared-') ? Number(state.slice('prepared-'.length)) : null;
  return { transaction: decodeURIComponent(transaction), checkpoint };
}

export function visibleName({ number, epoch, checkpoint, transaction }: VisibleName): string {
  const parts = [
    String(number).padStart(10, '0'),
    epoch,
    checkpoint ?? none,
    transaction === null ? none : encodeName(transaction),
  ];
  return parts.join('.');
}

export function parseVisible(name: string): VisibleName {
  const [number, epoch, checkpoint, transaction = none] = name.split('.');
  return {
    number: Number(number),
    epoch: Number(epoch),
    checkpoint: checkpoint === none ? null : Number(checkpoint),
    transaction: transaction === none ? null : decodeURIComponent(transaction),
  };
}
