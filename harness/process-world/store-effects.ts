/**
 * How the store behind the sinks can fail on demand; a server that dies is the harness's to kill.
 */
import type { StoreEffect as AnyStoreEffect } from '../../src/model/fault.ts';

export type StoreEffect = Exclude<AnyStoreEffect, 'crash'>;
