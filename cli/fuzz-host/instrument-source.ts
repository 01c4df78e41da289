/**
 * Puts counters into the supervisor's own sources as they are loaded, so that the fuzzer sees which parts of a reader an input has reached.
 *
 * V8 has precise coverage of its own (the inspector's Profiler domain), but to ask for it costs a millisecond, where a reader takes some
 * microseconds. So types are taken out as Node does it, the program is parsed, and calls are put in at functions, branches, loops and
 * comparisons, and where memory is set aside; always on the line that they belong to, so that stack traces stay right.
 *
 * The danger is a program that means something else with counters in it. Only whole statements are wrapped in blocks, and only whole
 * expressions in parentheses, and operands keep their order.
 */
import { stripTypeScriptTypes } from 'node:module';
import { parseAst } from 'vitest/node';

/** The name under which instrumented code finds what it calls (reader-probes.ts). */
export const probesName = 'eftReaderProbes';

export type InstrumentedSource = {
  readonly code: string;
  /** Places that are counted: their numbers go up from the one asked for. */
  readonly sites: number;
  /** Texts that the source names: a reader that looks for one is led past it by no chance. */
  readonly texts: readonly string[];
  /** Numbers that it names. */
  readonly numbers: readonly bigint[];
};

type SyntaxNode = { readonly type: string; readonly start: number; readonly end: number } & {
  readonly [name: string]: unknown;
};

/** Text that takes the place of `removed` characters. */
type Edit = { readonly at: number; readonly removed: number; readonly text: string };

const probes: ReadonlyMap<string, string> = new Map([
  ['===', 'eftSame'],
  ['!==', 'eftOther'],
  ['<', 'eftLess'],
  ['>', 'eftGreater'],
  ['<=', 'eftNotGreater'],
  ['>=', 'eftNotLess'],
]);
const prologue = `const{eftHit,eftAllocate,${[...probes.values()].join()}}=globalThis.${probesName};`;
/** What sets memory aside, as much as the first argument says. */
const allocators: readonly string[] = ['Uint8Array', 'ArrayBuffer', 'Array', 'Uint32Array', 'BigUint64Array'];
const textLength = { shortest: 2, longest: 64 } as const;

/** Instruments TypeScript `source`; its places are numbered from `firstSite` on. */
export function instrumentSource(source: string, firstSite: number): InstrumentedSource {
  const plain = stripTypeScriptTypes(source);
  const walk = new Walk(plain, firstSite);
  const program: unknown = parseAst(plain);
  if (isNode(program)) walk.visit(program);
  const parts = [prologue];
  let position = 0;
  for (const { at, removed, text } of walk.edits.toSorted((left, right) => left.at - right.at)) {
    parts.push(plain.slice(position, at), text);
    position = at + removed;
  }
  parts.push(plain.slice(position));
  return {
    code: parts.join(''),
    sites: walk.site - firstSite,
    texts: [...walk.texts],
    numbers: [...walk.numbers],
  };
}

/**
 * Goes down from the outside in. What is put in at one place is put there in this order: an opening before those within it, a closing after
 * them.
 */
class Walk {
  readonly edits: Edit[] = [];
  readonly texts = new Set<string>();
  readonly numbers = new Set<bigint>();
  readonly #source: string;
  readonly #around = new Map<SyntaxNode, { readonly open: string; readonly close: string }>();
  site: number;

  constructor(source: string, firstSite: number) {
    this.#source = source;
    this.site = firstSite;
  }

  visit(node: SyntaxNode): void {
    this.#open(node);
    const around = this.#around.get(node);
    if (around !== undefined) this.#put(node.start, around.open);
    for (const [name, value] of Object.entries(node)) {
      if (name === 'type' || name === 'start' || name === 'end') continue;
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) this.visit(child);
    }
    if (around !== undefined) this.#put(node.end, around.close);
  }

  #open(node: SyntaxNode): void {
    const { body, test, left, right, consequent, alternate } = node;
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'CatchClause':
      case 'ForStatement':
      case 'ForOfStatement':
      case 'ForInStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#countStatement(body);
        break;
      case 'ArrowFunctionExpression':
        if (isNode(body) && body.type === 'BlockStatement') this.#countStatement(body);
        else this.#countExpression(body);
        break;
      case 'IfStatement':
        this.#countStatement(consequent, isNode(alternate) ? '' : ` else ${this.#hit()};`);
        this.#countStatement(alternate);
        break;
      case 'ConditionalExpression':
        this.#countExpression(consequent);
        this.#countExpression(alternate);
        break;
      case 'LogicalExpression':
        this.#countExpression(right);
        break;
      case 'SwitchCase':
        this.#put(this.#source.indexOf(':', isNode(test) ? test.end : node.start) + 1, `${this.#hit()};`);
        break;
      case 'BinaryExpression':
        this.#compare(node, left, right);
        break;
      case 'NewExpression':
        this.#allocate(node);
        break;
      case 'Literal':
        this.#word(node['value']);
        break;
    }
  }

  /** Counts a statement, or each time a body is entered. `after` follows it, within what holds it. */
  #countStatement(statement: unknown, after = ''): void {
    if (!isNode(statement)) return;
    if (statement.type === 'BlockStatement') {
      this.#put(statement.start + 1, `${this.#hit()};`);
      if (after !== '') this.#around.set(statement, { open: '', close: after });
    } else {
      this.#around.set(statement, { open: `{${this.#hit()};`, close: `}${after}` });
    }
  }

  #countExpression(expression: unknown): void {
    if (isNode(expression)) this.#around.set(expression, { open: `(${this.#hit()},`, close: ')' });
  }

  /** `a === b` becomes `eftSame(a , b)`. */
  #compare(node: SyntaxNode, left: unknown, right: unknown): void {
    const { operator } = node;
    const probe = typeof operator === 'string' ? probes.get(operator) : undefined;
    if (probe === undefined || typeof operator !== 'string' || !isNode(left) || !isNode(right)) return;
    // What `typeof` gives is told by the branch that follows; and a comment between could have the operator in it.
    const between = this.#source.slice(left.end, right.start);
    if (left.type === 'UnaryExpression' || between.includes('/')) return;
    const at = left.end + between.indexOf(operator);
    const outer = this.#around.get(node);
    this.#around.set(node, {
      open: `${outer?.open ?? ''}${probe}(`,
      close: `)${outer?.close ?? ''}`,
    });
    this.edits.push({ at, removed: operator.length, text: ',' });
  }

  #allocate({ callee, arguments: given }: SyntaxNode): void {
    if (!isNode(callee) || !allocators.includes(String(callee['name'])) || !Array.isArray(given)) return;
    const first: unknown = given[0];
    if (isNode(first) && first.type !== 'SpreadElement')
      this.#around.set(first, { open: 'eftAllocate(', close: ')' });
  }

  #word(value: unknown): void {
    if (typeof value === 'bigint') this.numbers.add(BigInt.asUintN(64, value));
    if (typeof value === 'number' && Number.isSafeInteger(value)) this.numbers.add(BigInt(value));
    if (typeof value !== 'string') return;
    if (value.length >= textLength.shortest && value.length <= textLength.longest && !value.includes(' '))
      this.texts.add(value);
  }

  #hit(): string {
    this.site += 1;
    return `eftHit(${this.site - 1})`;
  }

  #put(at: number, text: string): void {
    if (text !== '') this.edits.push({ at, removed: 0, text });
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'start' in value &&
    typeof value.start === 'number'
  );
}
