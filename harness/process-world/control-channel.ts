/**
 * A node's side of the conversation with the harness. Notices are written synchronously, so that
 * none is lost to a SIGKILL and their order is the order of what happened; at a protocol point the
 * whole process waits. When the harness is gone (end of standard input), so is the node (law A7).
 */
import { readSync, writeSync } from 'node:fs';

import { pipesOfParent, type ControlEnds } from './control-ends.ts';
import type { Command, GoOn, Notice, Notifier } from './protocol.ts';

const chunkBytes = 65_536;

export class ControlChannel implements Notifier {
  private readonly ends: ControlEnds;
  private answered = '';
  private readonly chunk = Buffer.allocUnsafe(chunkBytes);

  constructor(ends: ControlEnds = pipesOfParent()) {
    this.ends = ends;
  }

  notify(notice: Notice): void {
    const bytes = Buffer.from(`${JSON.stringify(notice)}\n`);
    let written = 0;
    while (written < bytes.length) written += writeSync(this.ends.notices, bytes, written);
  }

  /** Stands still until the harness answers. A harness that is gone ends the process. */
  waitForGoOn(): GoOn {
    for (;;) {
      const line = this.answered.indexOf('\n');
      if (line >= 0) {
        const text = this.answered.slice(0, line);
        this.answered = this.answered.slice(line + 1);
        return JSON.parse(text) as GoOn;
      }
      const read = readSync(this.ends.answers, this.chunk);
      if (read === 0) process.exit(0);
      this.answered += this.chunk.toString('utf8', 0, read);
    }
  }

  onCommand(listener: (command: Command) => void): void {
    let rest = '';
    const { commands } = this.ends;
    commands.setEncoding('utf8');
    commands.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) listener(JSON.parse(line) as Command);
    });
    commands.on('end', () => process.exit(0));
    commands.on('error', () => process.exit(0));
  }
}
