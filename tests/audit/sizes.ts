/** How large that is what a node trusts: lines of the supervisor and of C, and what is in the image. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkoutContents } from '../../image/build-checkout.ts';
import { DocumentRecord, readInteger, readText } from '../../supervisor/document/document.ts';
import { readYaml } from '../../supervisor/document/yaml-document.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const budgetFile = fileURLToPath(new URL('./budget.yaml', import.meta.url));

export const sizeNames = [
  'supervisorLines',
  'gatewayLines',
  'cLines',
  'imageFiles',
  'imagePrograms',
  'imageBytes',
] as const;
export type SizeName = (typeof sizeNames)[number];

export type Budget = Readonly<Record<SizeName, { readonly limit: number; readonly reason: string }>>;

/** More than any of these will ever be. */
const sizeLimit = 2 ** 32;
/** UTF-16 code units of a reason. */
const reasonLimit = 300;

/** Reads the budget. Errors: `document.*`. */
export function readBudget(text: string = readFileSync(budgetFile, 'utf8')): Budget {
  const record = new DocumentRecord(readYaml(text, 'size budget', budgetFile), sizeNames, []);
  const read = (name: SizeName): Budget[SizeName] => {
    const entry = new DocumentRecord(record.get(name), ['limit', 'reason'], []);
    return {
      limit: readInteger(entry.get('limit'), 0, sizeLimit),
      reason: readText(entry.get('reason'), reasonLimit),
    };
  };
  return {
    supervisorLines: read('supervisorLines'),
    gatewayLines: read('gatewayLines'),
    cLines: read('cLines'),
    imageFiles: read('imageFiles'),
    imagePrograms: read('imagePrograms'),
    imageBytes: read('imageBytes'),
  };
}

/**
 * Measures, with the image at `image`. Lines are those that hold more than a comment or nothing. Declarations (`.d.ts`) are no code, and the gateway, which
 * the node does not believe, is counted by itself.
 */
export function measureSizes(image: string): Readonly<Record<SizeName, number>> {
  const sources = readdirSync(join(root, 'supervisor'), { recursive: true, encoding: 'utf8' });
  const lines = (suffix: string, isCounted: (file: string) => boolean = () => true): number =>
    sources
      .filter((file) => file.endsWith(suffix) && !/\.(?:test|d)\.ts$/.test(file) && isCounted(file))
      .reduce((sum, file) => sum + codeLines(readFileSync(join(root, 'supervisor', file), 'utf8')), 0);
  const files = checkoutContents().flatMap((entry) => (entry.kind === 'file' ? [entry] : []));
  return {
    supervisorLines: lines('.ts', (file) => !isOfGateway(file)),
    gatewayLines: lines('.ts', isOfGateway),
    cLines: lines('.c'),
    imageFiles: files.length,
    imagePrograms: files.filter(({ mode }) => (mode & 0o111) !== 0).length,
    imageBytes: statSync(image).size,
  };
}

const isOfGateway = (file: string): boolean => file.startsWith('gateway/');

/** Lines of TypeScript or C that are neither blank nor within a comment that begins a line. */
export function codeLines(text: string): number {
  const lines = text.replaceAll(/^[ \t]*\/\*[\s\S]*?\*\//gm, '').split('\n');
  return lines.filter((line) => !/^\s*(?:\/\/.*)?$/.test(line)).length;
}
