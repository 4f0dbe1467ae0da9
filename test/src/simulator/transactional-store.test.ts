/** The external store: fencing, idempotent commits, outages, and what a reader sees when. */
import { describe, expect, test } from 'vitest';

import type { SinkIdentity, StorePort } from '../../../src/engine/world/world.ts';
import type { StoreEffect } from '../../../src/model/fault.ts';
import type { HistoryEvent } from '../../../src/model/history.ts';
import { TransactionalStore } from '../../../src/simulator/transactional-store.ts';
import { ServiceRig } from '../../support/simulator/service-rig.ts';

const sink = (epoch: number, subtask: number = 0): SinkIdentity => ({
  sink: 'out',
  subtask,
  epoch,
});
const rows = (...ids: number[]): { key: string; ts: number; value: number }[] =>
  ids.map((id) => ({ key: 'k', ts: id, value: id }));

class Rig extends ServiceRig {
  readonly store: TransactionalStore = new TransactionalStore(
    this.scheduler,
    this.streams,
    this.recorder,
  );
  readonly port: StorePort = this.store.port(this.client('tm0'));
  readonly effects: string[] = [];

  write(id: string, ...ids: number[]): this {
    this.port.write(sink(1), { transaction: id, rows: rows(...ids) }, this.note('write'));
    return this;
  }

  prepare(id: string, checkpoint: number): this {
    this.port.prepare(sink(1), { transaction: id, checkpoint }, this.note('prepare'));
    return this;
  }

  commit(id: string, epoch: number = 1): this {
    this.port.commit(sink(epoch), id, this.note('commit'));
    return this;
  }

  abort(id: string, epoch: number = 1): this {
    this.port.abort(sink(epoch), id, this.note('abort'));
    return this;
  }

  fence(epoch: number): this {
    this.port.fence(sink(epoch), this.note(`fence ${epoch}`));
    return this;
  }

  outage(effect: StoreEffect, untilUs: number): this {
    this.store.disturb({ effect, untilUs, onEffect: (detail) => void this.effects.push(detail) });
    return this;
  }

  /** `opened t`, `committed t 5`, `visible 1 2`, in order. */
  events(): string[] {
    return this.recorder.events.splice(0).map(describeEvent);
  }
}

function describeEvent(event: HistoryEvent): string {
  if (event.kind === 'visible') return `visible ${event.rows.map((row) => row.ts).join(' ')}`;
  if (event.kind === 'written') return `written ${event.rows.map((row) => row.ts).join(' ')}`;
  if (event.kind !== 'transaction') return event.kind;
  return `${event.event} ${event.transaction}${event.checkpoint === null ? '' : ` ${event.checkpoint}`}`;
}

describe('a transaction', () => {
  test('opens with its first rows, and shows them all at its commit', () => {
    const rig = new Rig().write('t', 1, 2).write('t', 3).prepare('t', 7).commit('t').run();
    expect(rig.take()).toEqual([
      'write ok null',
      'write ok null',
      'prepare ok null',
      'commit ok null',
    ]);
    expect(rig.events()).toEqual([
      'opened t',
      'written 1 2',
      'written 3',
      'prepared t 7',
      'committed t 7',
      'visible 1 2 3',
    ]);
  });

  test('calls of one node take effect in order', () => {
    const rig = new Rig();
    for (let i = 0; i < 30; i++) rig.write('t', i);
    rig.commit('t').run();
    expect(rig.events().at(-1)).toBe(
      `visible ${Array.from({ length: 30 }, (_, i) => i).join(' ')}`,
    );
  });

  test('a repeated commit succeeds without a second effect', () => {
    const rig = new Rig().write('t', 1).commit('t').commit('t').run();
    expect(rig.take()).toEqual(['write ok null', 'commit ok null', 'commit ok null']);
    expect(rig.events().filter((text) => text.startsWith('visible'))).toEqual(['visible 1']);
  });

  test('a repeated prepare or abort succeeds as well', () => {
    const rig = new Rig().write('t', 1).prepare('t', 1).prepare('t', 1).abort('t').abort('t').run();
    expect(rig.take().filter((text) => !text.endsWith('ok null'))).toEqual([]);
  });

  test('what ended does not come back', () => {
    const rig = new Rig().write('a', 1).abort('a').commit('a').write('a', 2).prepare('a', 1);
    rig.write('c', 1).commit('c').abort('c').write('c', 2).run();
    expect(rig.take().filter((text) => !text.endsWith('ok null'))).toEqual([
      'commit not-found',
      'write not-found',
      'prepare not-found',
      'abort not-found',
      'write not-found',
    ]);
    expect(rig.events().filter((text) => text.startsWith('visible'))).toEqual(['visible 1']);
  });

  test('an unknown one cannot be committed or prepared; aborting it is no error', () => {
    const rig = new Rig().commit('x').prepare('x', 1).abort('x').run();
    expect(rig.take()).toEqual(['commit not-found', 'prepare not-found', 'abort ok null']);
    expect(rig.events()).toEqual([]);
  });

  test('pending lists open and prepared ones of the same subtask, of any epoch', () => {
    const rig = new Rig().write('open', 1).write('prepared', 1).prepare('prepared', 1);
    rig.write('done', 1).commit('done').write('gone', 1).abort('gone');
    rig.port.write(sink(1, 5), { transaction: 'other', rows: rows(1) }, () => undefined);
    rig.port.pending(sink(3), rig.note('pending'));
    rig.run();
    expect(rig.take().at(-1)).toBe('pending ok ["open","prepared"]');
  });
});

describe('fencing', () => {
  test('refuses every call of a lower epoch, for that subtask alone', () => {
    const rig = new Rig().write('t', 1).fence(2).run();
    rig.take();
    rig.write('t', 2).prepare('t', 1).commit('t').abort('t').fence(1);
    rig.port.pending(sink(1), rig.note('pending'));
    rig.port.append(sink(1), rows(9), rig.note('append'));
    rig.port.upsert(sink(1), rows(9), rig.note('upsert'));
    rig.run();
    expect(rig.take().every((text) => text.endsWith(' fenced'))).toBe(true);
    rig.port.append(sink(1, 5), rows(8), rig.note('append'));
    rig.commit('t', 2).run();
    expect(rig.take()).toEqual(['append ok null', 'commit ok null']);
    expect(rig.events().filter((text) => text.startsWith('visible'))).toEqual([
      'visible 8',
      'visible 1',
    ]);
  });

  test('the same epoch may fence again', () => {
    expect(new Rig().fence(2).fence(2).fence(3).run().take()).toEqual([
      'fence 2 ok null',
      'fence 2 ok null',
      'fence 3 ok null',
    ]);
  });
});

describe('outages', () => {
  test('an unavailable store does nothing, until it is back', () => {
    const rig = new Rig().outage('unavailable', 50_000).write('t', 1).run();
    expect([rig.take(), rig.events(), rig.effects]).toEqual([
      ['write unavailable'],
      [],
      ['write was refused'],
    ]);
    rig.scheduler.at(50_000, () => void rig.write('t', 1));
    expect(rig.run().take()).toEqual(['write ok null']);
  });

  test('a lost reply: it happened, the caller is not told', () => {
    const rig = new Rig().write('t', 1).run().outage('reply-lost', 50_000);
    rig.take();
    rig.commit('t').run();
    expect(rig.take()).toEqual(['commit unknown']);
    expect(rig.events().slice(-3)).toEqual(['committed t', 'visible 1', 'reply-lost t']);
    rig.commit('t').run();
    expect(rig.events(), 'nothing was committed that time').toEqual([]);
    expect(rig.effects).toEqual(['the reply to commit was lost', 'the reply to commit was lost']);
  });

  test('a refusal is not hidden by it', () => {
    const rig = new Rig().outage('reply-lost', 50_000).commit('x').run();
    expect([rig.take(), rig.effects]).toEqual([['commit not-found'], []]);
  });

  test('a timeout ends open transactions, also those opened while it lasts; prepared ones stay', () => {
    const rig = new Rig().write('open', 1).write('safe', 2).prepare('safe', 3).run();
    rig.outage('transaction-timeout', rig.scheduler.now + 50_000);
    rig.write('new', 4).commit('open').commit('safe').run();
    expect(rig.take().slice(-3)).toEqual(['write not-found', 'commit not-found', 'commit ok null']);
    expect(rig.events().filter((text) => text.startsWith('timed-out'))).toEqual([
      'timed-out open',
      'timed-out new',
    ]);
    expect(rig.effects).toHaveLength(2);
  });

  test('a crash: what is prepared survives, what is open is gone, nobody answers till it is over', () => {
    const rig = new Rig().write('open', 1).write('safe', 2).prepare('safe', 3).run();
    const { now } = rig.scheduler;
    rig
      .outage('crash', now + 500_000)
      .commit('safe')
      .run(now + 450_000);
    // Noticed at once or by a timeout.
    expect(rig.take().at(-1)).toBe('commit unavailable');
    expect(rig.events().slice(-1)).toEqual(['timed-out open']);
    rig.scheduler.at(now + 500_000, () => void rig.write('open', 9).commit('safe'));
    expect(rig.run().take()).toEqual(['write not-found', 'commit ok null']);
    expect(rig.events()).toEqual(['refused open', 'committed safe 3', 'visible 2']);
    expect(rig.effects[0]).toBe('the server of the store is gone');
  });

  test('a commit under way when the server dies has landed or not; the caller is not told', () => {
    const landed = new Set<boolean>();
    for (let afterUs = 20; afterUs < 1_800; afterUs += 60) {
      const rig = new Rig().write('t', 1).prepare('t', 1).run();
      rig.take();
      const diesAt = rig.scheduler.now + afterUs;
      rig.commit('t');
      rig.scheduler.at(diesAt, () => void rig.outage('crash', diesAt + 10_000));
      rig.run();
      const [told] = rig.take();
      const events = rig.events();
      const isCommitted = events.includes('committed t 1');
      if (told === 'commit ok null') continue;
      expect(told).toBe('commit unknown');
      expect(events.includes('reply-lost t 1')).toBe(isCommitted);
      landed.add(isCommitted);
    }
    expect(landed).toEqual(new Set([false, true]));
  });

  test('one without anything to touch has no effect', () => {
    const rig = new Rig().write('t', 1).prepare('t', 1).run();
    rig
      .outage('transaction-timeout', rig.scheduler.now + 1)
      .outage('unavailable', 0)
      .run();
    expect(rig.effects).toEqual([]);
  });
});

test('append and upsert are visible at once, outside of transactions', () => {
  const rig = new Rig();
  rig.port.append(sink(1), rows(1, 2), rig.note('append'));
  rig.port.upsert(sink(1), rows(3), rig.note('upsert'));
  rig.run();
  expect(rig.events()).toEqual(['visible 1 2', 'visible 3']);
});

test('the call of a process that died on the way takes effect, its reply goes nowhere', () => {
  const rig = new Rig().write('t', 1).commit('t');
  rig.dead.add('tm0');
  expect(rig.run().take()).toEqual([]);
  expect(rig.events().at(-1)).toBe('visible 1');
});
