/**
 * One descriptor per kind of operator: its role, its inputs, its outputs, the function it calls.
 * All that asks a kind such a question reads it here; types of the roles are derived from the
 * table, so a kind that is added here is missing wherever its role has to be treated. Not here:
 * which values the parameters take (validate/validate-pipeline.ts).
 */
import type { FunctionCatalog } from './functions.ts';
import type { FunctionRef, InputRef, OperatorSpec } from './pipeline.ts';

export type OperatorKind = OperatorSpec['kind'];
export type SpecOf<K extends OperatorKind> = OperatorSpec & { readonly kind: K };

/**
 * `source`: reads splits. `edge`: only says how rows travel, has no subtasks. `step`: rows in, rows
 * out, nothing remembered. `stateful`: keeps state per key, reads inputs partitioned by key.
 * `sink`: shows rows outside.
 */
export type Role = 'source' | 'edge' | 'step' | 'stateful' | 'sink';

/** The members that name inputs, in the order of the inputs; `inputs` is a list of any length. */
type InputMember = 'input' | 'left' | 'right' | 'inputs';

/** The role of each kind, as a type: the table below says the same as a value. */
interface RoleByKind {
  readonly source: 'source';
  readonly map: 'step';
  readonly filter: 'step';
  readonly 'flat-map': 'step';
  readonly 'key-by': 'edge';
  readonly rebalance: 'edge';
  readonly union: 'edge';
  readonly reduce: 'stateful';
  readonly window: 'stateful';
  readonly process: 'stateful';
  readonly 'interval-join': 'stateful';
  readonly sort: 'stateful';
  readonly dedup: 'stateful';
  readonly sink: 'sink';
}

interface Descriptor<K extends OperatorKind, S = SpecOf<K>> {
  readonly role: RoleByKind[K];
  readonly inputs: readonly (keyof S & InputMember)[];
  /** Whether it may give late rows to a side output, which its `lateOutput` switches on. */
  readonly hasLateOutput: S extends { readonly lateOutput: boolean } ? true : false;
  /** The catalogue it finds its function in, and the member that names the function. */
  readonly calls: {
    readonly catalog: keyof FunctionCatalog;
    readonly member: keyof S & ('fn' | 'key' | 'aggregate');
  } | null;
}

const one: readonly ['input'] = ['input'];

const descriptors: { readonly [K in OperatorKind]: Descriptor<K> } = {
  source: { role: 'source', inputs: [], hasLateOutput: false, calls: null },
  map: {
    role: 'step',
    inputs: one,
    hasLateOutput: false,
    calls: { catalog: 'map', member: 'fn' },
  },
  filter: {
    role: 'step',
    inputs: one,
    hasLateOutput: false,
    calls: { catalog: 'filter', member: 'fn' },
  },
  'flat-map': {
    role: 'step',
    inputs: one,
    hasLateOutput: false,
    calls: { catalog: 'flatMap', member: 'fn' },
  },
  'key-by': {
    role: 'edge',
    inputs: one,
    hasLateOutput: false,
    calls: { catalog: 'key', member: 'key' },
  },
  rebalance: { role: 'edge', inputs: one, hasLateOutput: false, calls: null },
  union: { role: 'edge', inputs: ['inputs'], hasLateOutput: false, calls: null },
  reduce: {
    role: 'stateful',
    inputs: one,
    hasLateOutput: false,
    calls: { catalog: 'aggregate', member: 'aggregate' },
  },
  window: {
    role: 'stateful',
    inputs: one,
    hasLateOutput: true,
    calls: { catalog: 'aggregate', member: 'aggregate' },
  },
  process: {
    role: 'stateful',
    inputs: one,
    hasLateOutput: false,
    calls: { catalog: 'process', member: 'fn' },
  },
  'interval-join': {
    role: 'stateful',
    inputs: ['left', 'right'],
    hasLateOutput: false,
    calls: null,
  },
  sort: { role: 'stateful', inputs: one, hasLateOutput: true, calls: null },
  dedup: { role: 'stateful', inputs: one, hasLateOutput: false, calls: null },
  sink: { role: 'sink', inputs: one, hasLateOutput: false, calls: null },
};

/** The kinds of operators there are. */
export const operatorKinds: readonly OperatorKind[] = Object.keys(descriptors) as OperatorKind[];

type KindsOf<R extends Role> = {
  [K in OperatorKind]: RoleByKind[K] extends R ? K : never;
}[OperatorKind];

type EdgeSpec = SpecOf<KindsOf<'edge'>>;
export type StatefulSpec = SpecOf<KindsOf<'stateful'>>;
/** What runs in subtasks. */
export type PhysicalSpec = Exclude<OperatorSpec, EdgeSpec>;
/** What can give late rows to a side output. */
export type LateSpec = Extract<OperatorSpec, { readonly lateOutput: boolean }>;

export function roleOf(spec: OperatorSpec): Role {
  return descriptors[spec.kind].role;
}

export function isPhysical(spec: OperatorSpec): spec is PhysicalSpec {
  return roleOf(spec) !== 'edge';
}

export function isStateful(spec: OperatorSpec): spec is StatefulSpec {
  return roleOf(spec) === 'stateful';
}

export function mayBeLate(spec: OperatorSpec): spec is LateSpec {
  return descriptors[spec.kind].hasLateOutput;
}

/** An input, and the path of the member that names it. */
export interface NamedInput {
  readonly member: string;
  readonly ref: InputRef;
}

/** In the order in which rows tell their inputs apart: the right side of a join is number 1. */
export function namedInputs(spec: OperatorSpec): readonly NamedInput[] {
  const members: readonly InputMember[] = descriptors[spec.kind].inputs;
  const named = spec as Partial<Readonly<Record<InputMember, InputRef | readonly InputRef[]>>>;
  return members.flatMap((member) => {
    const refs = named[member] ?? [];
    if (typeof refs === 'string') return [{ member, ref: refs }];
    return refs.map((ref, i) => ({ member: `${member}[${i}]`, ref }));
  });
}

export function inputsOf(spec: OperatorSpec): readonly InputRef[] {
  return namedInputs(spec).map(({ ref }) => ref);
}

/** The operator with other inputs in the places of its own. */
export function withInputs(spec: OperatorSpec, move: (ref: InputRef) => InputRef): OperatorSpec {
  const members: readonly InputMember[] = descriptors[spec.kind].inputs;
  const named = spec as Partial<Readonly<Record<InputMember, InputRef | readonly InputRef[]>>>;
  const moved = members.map((member) => {
    const refs = named[member] ?? [];
    return [member, typeof refs === 'string' ? move(refs) : refs.map(move)];
  });
  return { ...spec, ...(Object.fromEntries(moved) as Partial<OperatorSpec>) } as OperatorSpec;
}

/** A function that an operator calls: its catalogue, and its name there. */
export interface CalledFunction {
  readonly kind: keyof FunctionCatalog;
  readonly name: string;
}

/** The function an operator calls; null: it calls none. */
export function functionOf(spec: OperatorSpec): CalledFunction | null {
  const { calls } = descriptors[spec.kind];
  if (calls === null) return null;
  const ref = (spec as Partial<Record<'fn' | 'key' | 'aggregate', unknown>>)[
    calls.member
  ] as FunctionRef;
  return { kind: calls.catalog, name: ref.fn };
}
