/**
 * The ends of the conversation between a node and the harness: pipes it inherits when it is a child
 * process, named pipes in a folder both can see when it lives in a container.
 */
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { noticeFd } from './protocol.ts';

export interface ControlEnds {
  /** File descriptor to write to, blocking. */
  readonly notices: number;
  /** File descriptor to read from, blocking. */
  readonly answers: number;
  /** Ends when the harness is gone. */
  readonly commands: Readable;
}

/** Names of the named pipes. */
export const controlPipes = {
  notices: 'notices',
  answers: 'answers',
  commands: 'commands',
} as const;

export function pipesOfParent(): ControlEnds {
  return { notices: noticeFd, answers: noticeFd, commands: process.stdin };
}

/** Opens the named pipes in `folder`; the harness holds their other ends already. */
export function pipesOfFolder(folder: string): ControlEnds {
  const commands = openSync(
    join(folder, controlPipes.commands),
    constants.O_RDONLY | constants.O_NONBLOCK,
  );
  return {
    notices: openSync(join(folder, controlPipes.notices), 'w'),
    answers: openSync(join(folder, controlPipes.answers), 'r'),
    commands: new Socket({ fd: commands, readable: true, writable: false }),
  };
}
