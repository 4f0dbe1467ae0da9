/**
 * Writes replies byte for byte as Toxiproxy does: member order as given, no white space, its
 * escapes and its shortest float32.
 */
import type { Proxy } from './proxy.ts';
import type { Toxic } from './toxic.ts';

export function formatString(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The shortest decimal that reads back as the same 32-bit float. */
export function formatFloat32(value: number): string {
  const single = Math.fround(value);
  if (Object.is(single, -0)) return '-0';
  let shortest = single;
  for (let digits = 1; digits <= 9; digits++) {
    shortest = Number(single.toPrecision(digits));
    if (Math.fround(shortest) === single) break;
  }
  const size = Math.abs(shortest);
  const isExponential = size !== 0 && (size < 1e-6 || size >= 1e21);
  return isExponential ? shortest.toExponential() : decimal(shortest);
}

export function formatToxic(toxic: Toxic): string {
  const attributes = toxic.kind.attributes.map(
    ({ name }) => `${formatString(name)}:${toxic.attributes[name] ?? 0}`,
  );
  const members = [
    `"attributes":{${attributes.join(',')}}`,
    `"name":${formatString(toxic.name)}`,
    `"type":${formatString(toxic.kind.type)}`,
    `"stream":${formatString(toxic.stream)}`,
    `"toxicity":${formatFloat32(toxic.toxicity)}`,
  ];
  return `{${members.join(',')}}`;
}

export function formatToxics(toxics: readonly Toxic[]): string {
  return `[${toxics.map(formatToxic).join(',')}]`;
}

/** `Logger` is an empty object that Toxiproxy 2.12.0 lets slip into its replies. */
export function formatProxy(proxy: Proxy): string {
  const members = [
    `"name":${formatString(proxy.name)}`,
    `"listen":${formatString(proxy.listen)}`,
    `"upstream":${formatString(proxy.upstream)}`,
    `"enabled":${proxy.enabled}`,
    `"Logger":{}`,
    `"toxics":${formatToxics(proxy.toxics)}`,
  ];
  return `{${members.join(',')}}`;
}

/** An object of proxies by name, in order of the names' UTF-8 bytes. */
export function formatProxies(proxies: readonly Proxy[]): string {
  const sorted = [...proxies].sort((a, b) =>
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
  return `{${sorted.map((proxy) => `${formatString(proxy.name)}:${formatProxy(proxy)}`).join(',')}}`;
}

/**
 * Without an exponent: JavaScript would write 1e-7 on its own, but that range was handled above.
 */
function decimal(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
