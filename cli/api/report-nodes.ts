/** Shows what each of several nodes gave, in one table or one object, and ends the command as its nodes have. */
import { type FormOptions, formOf, writeStructured } from '../output/form.ts';
import type { Column } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';
import { writeTable } from '../output/write-table.ts';
import { type NodeOutcome, settleNodes, successesOf } from './on-nodes.ts';

export type NodeReport<Result> = {
  readonly columns: readonly (Column | string)[];
  readonly rows: (result: Result) => readonly (readonly string[])[];
  /** For programs; the name of the node is put before its fields. */
  readonly value: (result: Result) => object;
  /** What is said in the place of a table without rows. */
  readonly nothing?: string;
};

/** With one node the column of its name is left out, unless `isNamed`. Throws an exit status if any node has failed. */
export function reportNodes<Result>(
  terminal: Terminal,
  options: FormOptions & { readonly isNamed?: boolean },
  outcomes: readonly NodeOutcome<Result>[],
  report: NodeReport<Result>,
): void {
  const form = formOf(options);
  const successes = successesOf(outcomes);
  if (form !== 'people') writeStructured(terminal.stdout, form, nodesValue(outcomes, report.value));
  else if (successes.length > 0) {
    const isNamed = options.isNamed === true || outcomes.length > 1;
    const rows = successes.flatMap(({ target, result }) =>
      report.rows(result).map((row) => (isNamed ? [target.name, ...row] : row)),
    );
    if (rows.length === 0 && report.nothing !== undefined) terminal.stderr.write(`${report.nothing}\n`);
    else writeTable(terminal.stdout, isNamed ? ['NODE', ...report.columns] : report.columns, rows);
  }
  settleNodes(terminal, outcomes);
}

/** The outcomes as one object, with what has failed beside what has not. */
export function nodesValue<Result>(
  outcomes: readonly NodeOutcome<Result>[],
  value: (result: Result) => object,
): { readonly nodes: readonly object[] } {
  const nodes = outcomes.map((outcome) => {
    const node = outcome.target.name;
    if (!('error' in outcome)) return { node, ...value(outcome.result) };
    const { code, message, act } = outcome.error;
    return { node, error: { code, message, act } };
  });
  return { nodes };
}
