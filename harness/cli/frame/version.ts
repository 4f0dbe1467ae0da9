/**
 * The version of this Tidemark, from its package file.
 */
import { existsSync, readFileSync } from 'node:fs';

/** e.g. `0.1.0`. */
export function toolVersion(): string {
  // Two levels up in a checkout, three in the build.
  for (const place of ['../../../package.json', '../../../package.json']) {
    const url = new URL(place, import.meta.url);
    if (!existsSync(url)) continue;
    const { version } = JSON.parse(readFileSync(url, 'utf8')) as { readonly version: string };
    return version;
  }
  return '0.0.0';
}
