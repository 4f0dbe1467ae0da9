/**
 * Extensible data notation, as far as histories need it: nil, booleans, numbers, strings,
 * characters, keywords, symbols, lists, vectors, maps, sets, tags (skipped), comments and discards.
 * Keywords become strings with their colon, and are equal to no string; symbols, characters and
 * numbers that a double rounds are kept apart (exact-value.ts). Map keys become names; sets become
 * sorted lists. Not a printer.
 */
import { canonicalJson } from '../../src/base/json.ts';
import { decimalText, parseDecimal, quotient } from '../../src/model/exact/decimal.ts';
import {
  characterValue,
  decimalOf,
  numberValue,
  ratioValue,
  reservedMark,
  symbolValue,
  textOfValue,
  textValue,
} from '../../src/model/exact/exact-value.ts';
import type { Value } from '../../src/model/value.ts';
import { SyntaxFault } from './input-file.ts';

const depthMax = 200;
const numberCharactersMax = 1_000;
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '\\': '\\',
};
const atomEnd = /[\s,()[\]{}"]/;

export class EdnReader {
  private readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Skips white space, comments and discarded forms; whether something follows. */
  more(depth = 0): boolean {
    const { text } = this;
    for (;;) {
      const c = text[this.at];
      if (c === undefined) return false;
      if (c === ';') {
        const end = text.indexOf('\n', this.at);
        this.at = end < 0 ? text.length : end;
      } else if (c === '#' && text[this.at + 1] === '_') {
        this.at += 2;
        this.read(depth + 1);
      } else if (c === ' ' || c === ',' || c === '\n' || c === '\t' || c === '\r' || c === '\f') {
        this.at++;
      } else {
        return true;
      }
    }
  }

  /** The next form. Throws {@link SyntaxFault}; its offset counts UTF-16 units of the text. */
  read(depth = 0): Value {
    if (depth > depthMax) this.fail(`forms nested deeper than ${depthMax}`);
    if (!this.more(depth)) this.fail('the input ends inside a form');
    const c = this.text[this.at] as string;
    if (c === '"') return textValue(this.string());
    if (c === '[' || c === '(') return this.sequence(c, depth);
    if (c === '{') return this.map(depth);
    if (c === '#') return this.dispatch(depth);
    if (c === '\\') return characterValue(this.character());
    if (c === ')' || c === ']' || c === '}') this.fail(`unexpected ${c}`);
    return this.atom();
  }

  private fail(problem: string): never {
    throw new SyntaxFault(this.at, problem);
  }

  private string(): string {
    const { text } = this;
    const start = this.at++;
    let from = this.at;
    let result = '';
    for (;;) {
      const c = text[this.at];
      if (c === undefined) {
        this.at = start;
        this.fail('a string without end');
      }
      if (c === '"') break;
      if (c === '\\') {
        result += text.slice(from, this.at) + this.escape();
        from = this.at;
      } else {
        this.at++;
      }
    }
    result += text.slice(from, this.at);
    this.at++;
    return result;
  }

  private escape(): string {
    const c = this.text[this.at + 1] ?? '';
    if (c === 'u') {
      const hex = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail('a bad \\u escape');
      this.at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const meant = escapes[c];
    if (meant === undefined) this.fail(`an unknown escape \\${c}`);
    this.at += 2;
    return meant;
  }

  private sequence(open: string, depth: number): Value[] {
    const items: Value[] = [];
    const close = closers[open];
    this.at++;
    while (this.more(depth) && this.text[this.at] !== close) items.push(this.read(depth + 1));
    if (this.text[this.at] !== close) this.fail(`a ${open} without its ${close}`);
    this.at++;
    return items;
  }

  private map(depth: number): Value {
    const items = this.sequence('{', depth);
    if (items.length % 2 !== 0) this.fail('a map with a key but no value');
    const entries: [string, Value][] = [];
    for (let i = 0; i < items.length; i += 2) {
      entries.push([memberName(items[i] as Value), items[i + 1] as Value]);
    }
    return Object.fromEntries(entries);
  }

  /** Sets, and tagged forms such as `#jepsen.history.Op{…}`: the tag says nothing we need. */
  private dispatch(depth: number): Value {
    this.at++;
    if (this.text[this.at] === '{') {
      const items = this.sequence('{', depth);
      return items.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
    }
    if (this.text[this.at] === '#') this.fail('NaN and infinities cannot be compared');
    this.token();
    return this.read(depth + 1);
  }

  private character(): string {
    this.at++;
    const token = this.text[this.at] ?? '';
    this.at++;
    const rest = this.token();
    return token + rest;
  }

  private token(): string {
    const from = this.at;
    while (this.at < this.text.length && !atomEnd.test(this.text[this.at] as string)) this.at++;
    return this.text.slice(from, this.at);
  }

  private atom(): Value {
    const token = this.token();
    // Whatever begins no form must not be taken for an empty one, or reading would stand still.
    if (token === '') this.fail('a form was expected');
    if (token === 'nil') return null;
    if (token === 'true') return true;
    if (token === 'false') return false;
    if (/^[+-]?\d/.test(token)) return this.number(token);
    return token.startsWith(':') ? token : symbolValue(token);
  }

  private number(token: string): Value {
    if (token.length > numberCharactersMax) {
      this.fail(`a number of more than ${numberCharactersMax} characters`);
    }
    return numberOf(token) ?? this.fail(`no number that can be compared: ${token.slice(0, 40)}`);
  }
}

const decimalForm = /^([+-]?(?:0|[1-9]\d*)(?:N|(?:\.\d*)?(?:[eE][+-]?\d+)?M?))$/;
const hexForm = /^([+-]?)(0[xX][\da-fA-F]+)N?$/;
const ratioForm = /^([+-]?)(\d+)\/(\d+)$/;

/** A double holds every integer of so many digits. */
const plainForm = /^-?(?:0|[1-9]\d{0,14})$/;

/** Null for what is no number. */
function numberOf(token: string): Value | null {
  if (plainForm.test(token)) return token === '-0' ? 0 : Number(token);
  if (decimalForm.test(token)) return decimalValue(token.replace(/[NM]$/, ''));
  const hex = hexForm.exec(token);
  if (hex !== null) return decimalValue(`${hex[1]}${BigInt(hex[2] as string)}`);
  const ratio = ratioForm.exec(token);
  return ratio === null ? null : ratioOf(ratio as unknown as [string, string, string, string]);
}

function decimalValue(text: string): Value | null {
  const decimal = parseDecimal(text);
  return decimal === null ? null : numberValue(decimal);
}

function ratioOf([, sign, above, below]: readonly [string, string, string, string]): Value | null {
  let [numerator, denominator] = [BigInt(above), BigInt(below)];
  if (denominator === 0n) return null;
  const common = greatestCommonDivisor(numerator, denominator);
  numerator /= common;
  denominator /= common;
  const minus = sign === '-' ? '-' : '';
  const decimal = quotient(numerator, denominator);
  if (decimal === null) return ratioValue(`${minus}${numerator}/${denominator}`);
  return numberValue({ ...decimal, negative: minus === '-' && decimal.digits !== '' });
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** What JSON text of a key may begin with: a text that does could be taken for one. */
const likeJson = /^(?:[-+\d[{"]|true|false|null)/;

/**
 * The name of a map's member: keywords and texts as they are, the rest as JSON. A text that looks
 * like anything else is marked.
 */
function memberName(key: Value): string {
  if (typeof key !== 'string') return nameOfOther(key);
  const isMarked = key.startsWith(reservedMark) || likeJson.test(key);
  return isMarked ? `${reservedMark}${JSON.stringify(key)}` : key;
}

function nameOfOther(key: Value): string {
  const decimal = decimalOf(key);
  return decimal === null ? canonicalJson(key) : decimalText(decimal);
}

/** The key behind the name of a member, as text. */
export function keyOfName(name: string): string {
  if (name.startsWith(reservedMark)) return JSON.parse(name.slice(1)) as string;
  if (!name.startsWith(keptName)) return name;
  return textOfValue(JSON.parse(name) as Value) ?? name;
}

/** How the JSON text of a value begins that is kept apart. */
const keptName = JSON.stringify({ [reservedMark]: 0 }).slice(0, -4);
