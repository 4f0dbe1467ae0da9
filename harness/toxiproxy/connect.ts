/**
 * Where the harness gets its Toxiproxy from: the URL it is given, a `toxiproxy-server` on the path,
 * or the embedded server. Everything beyond this file speaks to it through the client only.
 */
import { Toxiproxy } from 'toxiproxy-node-client';
import { findBinary, startBinary } from './binary.ts';
import { startToxiproxy } from './server.ts';
import { notAnswering } from './unavailable-error.ts';

export interface ConnectSettings {
  /** Seed of the server that is started here; one at a URL has its own. */
  readonly seed?: number;
  /** Where TOXIPROXY_URL and PATH are looked up; the process's own when absent. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where proxies are to listen if not on loopback: the gateway of a network of the harness. */
  readonly gateway?: string;
}

export interface ToxiproxyHandle {
  readonly client: Toxiproxy;
  readonly url: string;
  readonly origin: 'url' | 'binary' | 'embedded';
  /** Whether the toxics `cut` and `half_open` exist. */
  readonly hasExtensions: boolean;
  /** Ends what was started here; a server at a given URL keeps running. */
  close(): Promise<void>;
}

/**
 * Throws {@link ToxiproxyUnavailableError}: it never falls back silently from what was asked for.
 */
export async function connectToxiproxy(settings: ConnectSettings = {}): Promise<ToxiproxyHandle> {
  const environment = settings.environment ?? process.env;
  const seed = settings.seed ?? 0;
  const url = environment['TOXIPROXY_URL'] ?? '';
  if (url !== '') return connectTo(url.replace(/\/+$/, ''));
  const path = await findBinary('toxiproxy-server', environment['PATH'] ?? '');
  if (path !== null) {
    const started = await startBinary(path, seed);
    return handle(started.url, 'binary', started.close);
  }
  const server = await startToxiproxy({
    seed,
    ...(settings.gateway === undefined ? {} : { gateway: settings.gateway }),
  });
  return handle(server.url, 'embedded', () => server.close());
}

async function connectTo(url: string): Promise<ToxiproxyHandle> {
  const connected = handle(url, 'url', () => Promise.resolve());
  try {
    await connected.client.getVersion();
  } catch (error) {
    throw notAnswering(url, error);
  }
  return connected;
}

function handle(
  url: string,
  origin: ToxiproxyHandle['origin'],
  close: () => Promise<void>,
): ToxiproxyHandle {
  const client = new Toxiproxy(url);
  return { client, url, origin, hasExtensions: origin === 'embedded', close };
}
