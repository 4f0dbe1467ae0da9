/**
 * The proxies of one server. Changes that listen or stop listening take turns, so that two requests
 * never race for a name or a port; toxics do not pass through here.
 */
import { proxyExists, proxyNotFound, serverClosed, toApiError } from './api-error.ts';
import type { Clock } from './stages/clock.ts';
import { Proxy, type ProxyChange } from './proxy.ts';
import type { ProxyRequest } from './requests.ts';

export interface CollectionSettings {
  readonly seed: number;
  readonly clock: Clock;
  readonly gateway: string | null;
}

/** What populating achieved before it failed, if it failed. */
export interface Populated {
  readonly proxies: readonly Proxy[];
  readonly error: Error | null;
}

export class ProxyCollection {
  private readonly settings: CollectionSettings;
  private readonly byName = new Map<string, Proxy>();
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(settings: CollectionSettings) {
    this.settings = settings;
  }

  get all(): readonly Proxy[] {
    return [...this.byName.values()];
  }

  /** Throws the API's error when there is none of that name. */
  get(name: string): Proxy {
    const proxy = this.byName.get(name);
    if (proxy === undefined) throw proxyNotFound();
    return proxy;
  }

  create(request: ProxyRequest): Promise<Proxy> {
    return this.inTurn(async () => {
      if (this.byName.has(request.name)) throw proxyExists();
      return this.add(request);
    });
  }

  update(name: string, change: (proxy: Proxy) => ProxyChange): Promise<Proxy> {
    return this.inTurn(async () => {
      const proxy = this.get(name);
      await proxy.update(change(proxy));
      return proxy;
    });
  }

  remove(name: string): Promise<void> {
    return this.inTurn(async () => {
      const proxy = this.get(name);
      this.byName.delete(name);
      await proxy.stop();
    });
  }

  /**
   * Makes each proxy unless an equal one exists; one of the same name but different is replaced.
   */
  populate(requests: readonly ProxyRequest[]): Promise<Populated> {
    return this.inTurn(async () => {
      const proxies: Proxy[] = [];
      try {
        for (const request of requests) proxies.push(await this.addOrReplace(request));
        return { proxies, error: null };
      } catch (error) {
        return { proxies, error: toApiError(error) };
      }
    });
  }

  /** Enables all proxies and removes all toxics. Stops at the first that cannot listen. */
  reset(): Promise<void> {
    return this.inTurn(async () => {
      for (const proxy of this.all) {
        await proxy.start();
        proxy.removeToxics();
      }
    });
  }

  /** Stops and forgets everything; later changes are refused. */
  close(): Promise<void> {
    this.closed = true;
    return this.queue(async () => {
      const proxies = this.all;
      this.byName.clear();
      await Promise.all(proxies.map((proxy) => proxy.stop()));
    });
  }

  private async addOrReplace(request: ProxyRequest): Promise<Proxy> {
    const existing = this.byName.get(request.name);
    if (existing !== undefined) {
      if (!(await existing.differs(request))) return existing;
      await existing.stop();
    }
    return this.add(request);
  }

  private async add({ name, listen, upstream, enabled }: ProxyRequest): Promise<Proxy> {
    const proxy = new Proxy({ ...this.settings, name, listen, upstream });
    if (enabled) await proxy.start();
    this.byName.set(name, proxy);
    return proxy;
  }

  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    return this.queue(() => {
      if (this.closed) throw serverClosed();
      return action();
    });
  }

  private queue<T>(action: () => Promise<T>): Promise<T> {
    const result = this.turn.then(action);
    this.turn = result.catch(() => {});
    return result;
  }
}
