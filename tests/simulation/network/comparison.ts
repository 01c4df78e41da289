/** Runs the same bytes on the real kernel and on the simulation, and says where they part. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SimulatedKernel } from './kernel.ts';
import { NotSimulated } from './kernel-state.ts';
import { decodeAnswer, decodeMessages, joinBytes } from './netlink-bytes.ts';
import type { Operation } from './operations.ts';
import type { RealKernel, RealNamespace } from './real-kernel.ts';
import { groups } from './rtnetlink.ts';
import { describeDump, describeNews, dumpRequests } from './views.ts';

/** How long the real kernel may take until it looks as it should: its link watch waits up to a second, and work queues may be busy. */
const SETTLE_TIMEOUT_MS = 10_000;
const POLL_MS = 15;

const allGroups = [
  groups.RTNLGRP_LINK,
  groups.RTNLGRP_IPV4_IFADDR,
  groups.RTNLGRP_IPV4_ROUTE,
  groups.RTNLGRP_IPV4_RULE,
  groups.RTNLGRP_IPV6_IFADDR,
  groups.RTNLGRP_IPV6_ROUTE,
  groups.RTNLGRP_IPV6_RULE,
];

/** Undefined if both did the same all the way, else what led to the difference and what it is. */
export async function compareKernels(
  kernel: RealKernel,
  operations: readonly Operation[],
): Promise<string | undefined> {
  const real = await kernel.openNamespace(allGroups);
  const simulated = new SimulatedKernel((length) => new Uint8Array(length).fill(7));
  const socket = simulated.socket(allGroups);
  const done: string[] = [];
  for (const { what, bytes } of operations) {
    let answer: Uint8Array;
    try {
      answer = socket.exchange(bytes);
    } catch (error) {
      if (error instanceof NotSimulated) continue;
      throw error;
    }
    const said = errnoOf(answer);
    const really = errnoOf(await real.exchange(bytes));
    done.push(`${what} -> ${really}`);
    const difference =
      said === really
        ? await settle(real, {
            dumps: dumpRequests.map((request) => describeDump(socket.exchange(request))),
            news: describeNews(socket.takeNews().messages),
          })
        : `the kernel says ${really}, the simulation ${said}`;
    if (difference !== undefined) return `${done.join('\n')}\n${difference}`;
  }
  return undefined;
}

type Expected = {
  readonly dumps: readonly (readonly string[])[];
  readonly news: ReturnType<typeof describeNews>;
};

async function settle(real: RealNamespace, expected: Expected): Promise<string | undefined> {
  const wanted = expected.dumps.flat();
  let news = new Uint8Array();
  let difference: string | undefined;
  for (const begin = performance.now(); performance.now() - begin < SETTLE_TIMEOUT_MS; await sleep(POLL_MS)) {
    const dumps: Uint8Array[] = [];
    for (const request of dumpRequests) dumps.push(await real.exchange(request));
    news = joinBytes([news, await real.takeNews()]);
    const told = describeNews(news);
    const untold = [...expected.news.links].filter(([index, link]) => told.links.get(index) !== link);
    difference =
      differenceOf('state', wanted, dumps.flatMap(describeDump)) ??
      differenceOf('news', expected.news.lines, told.lines) ??
      differenceOf(
        'news of links',
        untold.map(([, link]) => link),
        untold.map(([index]) => told.links.get(index) ?? 'nothing'),
      );
    if (difference === undefined) return undefined;
  }
  return difference;
}

function differenceOf(
  what: string,
  simulated: readonly string[],
  real: readonly string[],
): string | undefined {
  if (simulated.length === real.length && simulated.every((line, i) => line === real[i])) return undefined;
  const only = (lines: readonly string[], others: readonly string[], sign: string) =>
    lines.filter((line) => !others.includes(line)).map((line) => `${sign} ${line}`);
  const lines = [...only(simulated, real, '- simulated'), ...only(real, simulated, '+ real')];
  const sameLines = [...simulated.map((line) => `- ${line}`), ...real.map((line) => `+ ${line}`)];
  return `${what}:\n${(lines.length > 0 ? lines : ['another order or count:', ...sameLines]).join('\n')}`;
}

function errnoOf(bytes: Uint8Array): number {
  const last = decodeMessages(bytes).at(-1);
  return last === undefined ? -1 : decodeAnswer(last).errno;
}
