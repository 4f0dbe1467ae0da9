/**
 * Collects what a node's adapters tell the harness.
 */
import type { Notice, Notifier } from '../../../harness/process-world/protocol.ts';

export class FakeControl implements Notifier {
  readonly notices: Notice[] = [];

  notify(notice: Notice): void {
    this.notices.push(notice);
  }

  of<K extends Notice['kind']>(kind: K): Extract<Notice, { kind: K }>[] {
    return this.notices.filter(
      (notice): notice is Extract<Notice, { kind: K }> => notice.kind === kind,
    );
  }
}
