/**
 * The harness's ends of a node's named pipes. What it writes to it holds open at both ends, so that
 * nothing blocks and the node sees an end only when the harness is gone. What it reads comes by way
 * of a `cat`: descriptors of named pipes cannot be read without blocking a thread.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { startProcess, type StartedProcess } from '../../process-control/start-process.ts';
import type { Workspace } from '../../process-control/workspace.ts';
import { controlPipes } from '../../process-world/control-ends.ts';
import type { Command, GoOn, Notice } from '../../process-world/protocol.ts';
import { PipeWriter } from './pipe-writer.ts';

export interface ControlPipesSettings {
  readonly folder: string;
  readonly workspace: Workspace;
  readonly onNotice: (notice: Notice) => void;
}

export class ControlPipes {
  private readonly reader: StartedProcess;
  private readonly answers: PipeWriter;
  private readonly commands: PipeWriter;

  /** Makes the pipes, anew. Throws what `mkfifo` says. */
  constructor({ folder, workspace, onNotice }: ControlPipesSettings) {
    mkdirSync(folder, { recursive: true });
    const paths = Object.values(controlPipes).map((name) => join(folder, name));
    for (const path of paths) rmSync(path, { force: true });
    execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.answers = new PipeWriter(join(folder, controlPipes.answers));
    this.commands = new PipeWriter(join(folder, controlPipes.commands));
    const notices = join(folder, controlPipes.notices);
    this.reader = startProcess({
      command: ['sh', '-c', 'exec cat -- "$1" >&3', 'sh', notices],
      workspace,
      pipe: true,
    });
    readLines(this.reader, (line) => onNotice(JSON.parse(line) as Notice));
  }

  send(command: Command): void {
    this.commands.write(`${JSON.stringify(command)}\n`);
  }

  goOn(answer: GoOn): void {
    this.answers.write(`${JSON.stringify(answer)}\n`);
  }

  close(): void {
    this.reader.kill();
    this.answers.close();
    this.commands.close();
  }
}

function readLines({ pipe }: StartedProcess, onLine: (line: string) => void): void {
  let rest = '';
  pipe?.setEncoding('utf8');
  pipe?.on('error', () => undefined);
  pipe?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}
