/**
 * One conformance suite, for the embedded server always and for a real Toxiproxy where there is one
 * (TOXIPROXY_URL, or toxiproxy-server on the path).
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { findBinary } from '../../../harness/toxiproxy/binary.ts';
import { connectToxiproxy, type ToxiproxyHandle } from '../../../harness/toxiproxy/connect.ts';
import { clientApiSuite } from './conformance/client-api.ts';
import { exchangesSuite } from './conformance/exchanges.ts';
import { streamsSuite } from './conformance/streams.ts';

function conformance(name: string, environment: Record<string, string | undefined>): void {
  describe(`${name} server`, () => {
    let handle: ToxiproxyHandle;
    beforeAll(async () => {
      handle = await connectToxiproxy({ seed: 1, environment });
    });
    afterAll(() => handle.close());

    const subject = { name, url: () => handle.url };
    exchangesSuite(subject);
    clientApiSuite(subject);
    streamsSuite(subject);
  });
}

conformance('embedded', {});

const binary = await findBinary('toxiproxy-server', process.env['PATH'] ?? '');
if ((process.env['TOXIPROXY_URL'] ?? '') !== '' || binary !== null) {
  conformance('real', process.env);
} else {
  console.info(
    'Conformance of a real Toxiproxy is not tested: TOXIPROXY_URL is not set and no toxiproxy-server is on the path.',
  );
}
