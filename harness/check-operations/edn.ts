/**
 * Extensible data notation, as far as histories need it: nil, booleans, numbers, strings, characters,
 * keywords, symbols, lists, vectors, maps, sets, tags (skipped), comments and discards.
 * Keywords become strings with their colon, map keys become text; sets become sorted lists.
 * Not a printer, and no big numbers beyond what a double holds.
 */
import { canonicalJson } from '../../src/base/json.ts';
import type { Value } from '../../src/model/value.ts';
import { SyntaxFault } from './input-file.ts';

const depthMax = 200;
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
  more(): boolean {
    const { text } = this;
    for (;;) {
      const c = text[this.at];
      if (c === undefined) return false;
      if (c === ';') {
        const end = text.indexOf('\n', this.at);
        this.at = end < 0 ? text.length : end;
      } else if (c === '#' && text[this.at + 1] === '_') {
        this.at += 2;
        this.read();
      } else if (c === ' ' || c === ',' || c === '\n' || c === '\t' || c === '\r' || c === '\f') {
        this.at++;
      } else {
        return true;
      }
    }
  }

  /** The next form. Throws {@link SyntaxFault}; its offset counts UTF-16 units of the text. */
  read(depth = 0): Value {
    if (!this.more()) this.fail('the input ends inside a form');
    if (depth > depthMax) this.fail(`forms nested deeper than ${depthMax}`);
    const c = this.text[this.at] as string;
    if (c === '"') return this.string();
    if (c === '[' || c === '(') return this.sequence(c, depth);
    if (c === '{') return this.map(depth);
    if (c === '#') return this.dispatch(depth);
    if (c === '\\') return this.character();
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
    while (this.more() && this.text[this.at] !== close) items.push(this.read(depth + 1));
    if (this.text[this.at] !== close) this.fail(`a ${open} without its ${close}`);
    this.at++;
    return items;
  }

  private map(depth: number): Value {
    const items = this.sequence('{', depth);
    if (items.length % 2 !== 0) this.fail('a map with a key but no value');
    const entries: [string, Value][] = [];
    for (let i = 0; i < items.length; i += 2) {
      entries.push([keyText(items[i] as Value), items[i + 1] as Value]);
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
    return token;
  }

  private number(token: string): number {
    const ratio = /^([+-]?\d+)\/(\d+)$/.exec(token);
    const value =
      ratio === null ? Number(token.replace(/[NM]$/, '')) : Number(ratio[1]) / Number(ratio[2]);
    if (!Number.isFinite(value)) this.fail(`not a number: ${token.slice(0, 40)}`);
    return value;
  }
}

function keyText(key: Value): string {
  return typeof key === 'string' ? key : canonicalJson(key);
}
