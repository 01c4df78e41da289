/**
 * Everything of a node that helps to understand it, as files: one that cannot be had is told in the report, and hides no other. Secrets are in none of it: the
 * configuration comes with placeholders, and neither logs nor resources have any (decision 010).
 */
import { toJson } from '@bufbuild/protobuf';
import { VersionResponseSchema } from '../../supervisor/api/generated/eft/v1/machine_pb.js';
import { visibleText } from '../../supervisor/document/visible-text.ts';
import { EftError } from '../../supervisor/errors/eft-error.ts';
import { yamlLines } from '../output/form.ts';
import { callError } from './call-error.ts';
import type { NodeClient } from './client.ts';
import { shortKind } from './kind-names.ts';
import { momentText } from './node-lines.ts';
import { resourceValue } from './resource-value.ts';
import type { ArchivedFile } from './tar-archive.ts';

/** Kinds of one node that are fetched. */
const kindLimit = 512;

export type Support = {
  readonly files: readonly ArchivedFile[];
  /** What stands in the report of this node: a line for each finding. */
  readonly findings: readonly string[];
  /** What could not be had, and why. */
  readonly missing: readonly string[];
};

/** Asks for all of it. */
export async function collectSupport(client: NodeClient): Promise<Support> {
  const { machine, modules, state, target } = client;
  const files: ArchivedFile[] = [];
  const findings: string[] = [];
  const missing: string[] = [];
  const add = (name: string, lines: readonly string[]): void => {
    files.push({ path: `${fileName(target.name)}/${name}`, content: Buffer.from(`${lines.join('\n')}\n`) });
  };
  const take = async (name: string, work: () => Promise<readonly string[]>): Promise<void> => {
    try {
      add(name, await work());
    } catch (thrown) {
      const error = callError(thrown, target.name);
      if (!(error instanceof EftError)) throw error;
      missing.push(`${name}: ${error.message}`);
    }
  };
  await take('version.yaml', async () => {
    const answer = await machine.version({});
    findings.push(`version ${answer.version}, kernel ${answer.kernel}, ${answer.environment}`);
    if (answer.maintenance !== '') findings.push(`IN MAINTENANCE: ${answer.maintenance}`);
    return yamlLines(toJson(VersionResponseSchema, answer, { alwaysEmitImplicit: true }));
  });
  await take('config.yaml', async () => {
    const answer = await machine.getConfig({});
    if (answer.isStaged) findings.push('another configuration waits for the next boot');
    if (answer.trySecondsLeft > 0)
      findings.push(`a configuration is tried, for ${answer.trySecondsLeft} s more`);
    return Buffer.from(answer.config).toString('utf8').replace(/\n$/, '').split('\n');
  });
  await take('modules.yaml', async () => {
    const { modules: list } = await modules.list({});
    for (const { name, phase, restarts, message } of list) {
      if (phase !== 'healthy') findings.push(`MODULE ${name} is ${phase}: ${message}`);
      else if (restarts > 0) findings.push(`module ${name} is healthy; restarts: ${restarts}`);
    }
    return yamlLines(list.map(({ $typeName: _type, ...module }) => module));
  });
  await take('events.log', async () => {
    const lines: string[] = [];
    for await (const { events } of machine.events({})) {
      for (const { timeNs, subject, name, level, message } of events) {
        const line = `${momentText(timeNs)} ${level} ${subject} ${name}: ${message}`;
        if (level === 'error') findings.push(`event ${line}`);
        lines.push(visibleText(line));
      }
    }
    return lines;
  });
  await take('logs.log', async () => {
    const lines: string[] = [];
    let errors = 0;
    for await (const batch of machine.logs({})) {
      for (const { timeNs, source, level, message, fields } of batch.lines) {
        if (level === 'error') errors += 1;
        const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${value}`);
        lines.push(visibleText(`${momentText(timeNs)} ${level} ${source}: ${message}${pairs.join('')}`));
      }
    }
    if (errors > 0) findings.push(`errors in logs.log: ${errors}`);
    return lines;
  });
  await take('dmesg.log', async () => {
    const lines: string[] = [];
    for await (const batch of machine.dmesg({})) {
      for (const { timeUs, level, message } of batch.lines) {
        lines.push(visibleText(`[${(Number(timeUs) / 1e6).toFixed(6)}] <${level}> ${message}`));
      }
    }
    return lines;
  });
  await take('metrics.txt', async () => (await machine.metrics({})).text.replace(/\n$/, '').split('\n'));
  await take('audit.log', async () => {
    const lines: string[] = [];
    for await (const batch of machine.audit({})) lines.push(...batch.lines);
    return lines;
  });
  let kinds: readonly string[] = [];
  await take('kinds.yaml', async () => {
    const answer = await state.listKinds({});
    kinds = answer.kinds.map(({ name }) => name).slice(0, kindLimit);
    return yamlLines(answer.kinds.map(({ $typeName: _type, ...kind }) => kind));
  });
  for (const kind of kinds) {
    await take(`resources/${fileName(kind)}.yaml`, async () => {
      const { resources } = await state.list({ kind });
      for (const { id, phase } of resources) {
        if (phase !== 'running') findings.push(`${shortKind(kind)} ${id} is ${phase}`);
      }
      return yamlLines(resources.map(resourceValue));
    });
  }
  return { files, findings: findings.map((line) => visibleText(line, 400)), missing };
}

function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9.-]/g, '_');
}
