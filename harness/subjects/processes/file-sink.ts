/**
 * The file sink from outside: makes its directories, and reads what became visible as any reader
 * would, during the run and after it.
 */
import { mkdirSync, readdirSync, readFileSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

import type { Pipeline } from '../../../src/model/pipeline.ts';
import type { Row } from '../../../src/model/value.ts';
import {
  ownerName,
  ownersFolder,
  parseVisible,
  visibleFolder,
  type VisibleName,
} from '../../process-world/file-store-layout.ts';
import type { Recorder } from './recorder.ts';

interface Watched {
  readonly sink: string;
  readonly subtask: number;
  readonly folder: string;
  readonly watcher: FSWatcher;
  readonly seen: Set<string>;
}

/** Should the system's notifications fail, a look is taken this often, ms. */
const lookEveryMs = 50;

export class FileSink {
  readonly folder: string;
  private readonly recorder: Recorder;
  private readonly watched: readonly Watched[];
  private readonly timer: NodeJS.Timeout;

  constructor(folder: string, pipeline: Pipeline, recorder: Recorder) {
    this.folder = folder;
    this.recorder = recorder;
    this.watched = pipeline.operators
      .filter((operator) => operator.kind === 'sink')
      .flatMap(({ id, parallelism }) =>
        Array.from({ length: parallelism }, (_, subtask) => this.open(id, subtask)),
      );
    this.timer = setInterval(() => this.look(), lookEveryMs);
  }

  /** Records what has become visible since the last look. */
  look(): void {
    for (const watched of this.watched) this.lookAt(watched);
  }

  close(): void {
    clearInterval(this.timer);
    for (const { watcher } of this.watched) watcher.close();
  }

  private open(sink: string, subtask: number): Watched {
    mkdirSync(join(ownersFolder(this.folder, sink, subtask), ownerName(0)), { recursive: true });
    const folder = visibleFolder(this.folder, sink, subtask);
    mkdirSync(folder, { recursive: true });
    const watcher = watch(folder, () => this.lookAt(watched));
    watcher.on('error', () => undefined);
    const watched: Watched = { sink, subtask, folder, watcher, seen: new Set() };
    return watched;
  }

  private lookAt(watched: Watched): void {
    const fresh = readdirSync(watched.folder).filter((name) => !watched.seen.has(name));
    for (const name of fresh.sort()) {
      watched.seen.add(name);
      const text = readFileSync(join(watched.folder, name), 'utf8');
      this.show(watched, parseVisible(name), text);
    }
  }

  private show({ sink, subtask }: Watched, name: VisibleName, text: string): void {
    const { epoch: attempt, checkpoint, transaction } = name;
    const rows = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Row);
    const of = { sink, subtask, attempt, checkpoint };
    if (transaction !== null) {
      this.recorder.record({ kind: 'transaction', ...of, transaction, event: 'committed' });
    }
    this.recorder.record({ kind: 'visible', ...of, transaction, rows });
  }
}
