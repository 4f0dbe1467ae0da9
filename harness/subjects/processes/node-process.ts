/**
 * One incarnation of a node, seen from the harness: started, told to boot, watched, stopped and
 * killed by pid and start time.
 */
import { fileURLToPath } from 'node:url';

import { becomes, signal } from '../../process-control/process-identity.ts';
import { startProcess, type StartedProcess } from '../../process-control/start-process.ts';
import type { Workspace } from '../../process-control/workspace.ts';
import type { Command, GoOn, Notice } from '../../process-world/protocol.ts';
import type { NodeHandle, NodeListener } from './node-handle.ts';
import { subjectFailure, type SubjectFailure } from './subject-failure.ts';

/** How a node program is started: its arguments, and what is set in its environment. */
export interface NodeProgram {
  readonly execArguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const listenTimeoutMs = 15_000;

export class NodeProcess implements NodeHandle {
  private readonly process: StartedProcess;
  private listener: NodeListener | null = null;
  private port: number | null = null;
  private over = false;
  private readonly listening: Promise<number>;

  constructor(workspace: Workspace, program: NodeProgram) {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const entry = fileURLToPath(new URL(`./node-main${extension}`, import.meta.url));
    this.process = startProcess({
      command: [process.execPath, ...program.execArguments, entry],
      workspace,
      environment: program.environment,
      pipe: true,
    });
    this.listening = this.untilListening();
    // Who waits for the port hears of it; a spare that is never used must not end the harness.
    this.listening.catch(() => undefined);
    void this.process.ended.then((ending) => {
      this.over = true;
      this.listener?.onEnded(ending);
    });
  }

  async ready(): Promise<string> {
    return `127.0.0.1:${await this.listening}`;
  }

  attach(listener: NodeListener): void {
    this.listener = listener;
  }

  send(command: Command): void {
    if (!this.over) this.process.input.write(`${JSON.stringify(command)}\n`);
  }

  goOn(answer: GoOn): void {
    if (!this.over) this.process.pipe?.write(`${JSON.stringify(answer)}\n`);
  }

  /** SIGKILL; true once the process is gone. */
  kill(): boolean {
    return this.process.kill();
  }

  /** SIGSTOP; true once it stands still. */
  pause(): boolean {
    return signal(this.process.identity, 'SIGSTOP') && becomes(this.process.identity, 'stopped');
  }

  resume(): void {
    signal(this.process.identity, 'SIGCONT');
  }

  failure(sentence: string): SubjectFailure {
    return subjectFailure(sentence, {
      lastLines: this.process.lastLines(),
      next: 'the run decides nothing; run it again, and keep the lines below if it repeats',
    });
  }

  private untilListening(): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(this.failure(`a node did not listen within ${listenTimeoutMs} ms`));
      }, listenTimeoutMs);
      this.readNotices((port) => {
        clearTimeout(timer);
        resolve(port);
      });
      void this.process.ended.then(({ code, signal: name, error }) => {
        clearTimeout(timer);
        if (this.port === null) {
          reject(this.failure(`a node did not start: ${error ?? name ?? `code ${code}`}`));
        }
      });
    });
  }

  private readNotices(onPort: (port: number) => void): void {
    let rest = '';
    const { pipe } = this.process;
    pipe?.setEncoding('utf8');
    pipe?.on('error', () => undefined);
    pipe?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const notice = JSON.parse(line) as Notice;
        if (notice.kind === 'listening') {
          this.port = notice.port;
          onPort(notice.port);
        } else this.listener?.onNotice(notice);
      }
    });
  }
}
