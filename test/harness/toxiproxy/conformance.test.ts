/** One conformance suite, for the embedded server and, where there is one, for a real Toxiproxy. */
import { afterAll, beforeAll, describe } from 'vitest';
import { startToxiproxy, type ToxiproxyServer } from '../../../harness/toxiproxy/server.ts';
import { exchangesSuite } from './conformance/exchanges.ts';

describe('embedded server', () => {
  let server: ToxiproxyServer;
  beforeAll(async () => {
    server = await startToxiproxy({ seed: 1 });
  });
  afterAll(() => server.close());

  exchangesSuite({ name: 'embedded', isEmbedded: true, url: () => server.url });
});
