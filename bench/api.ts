/**
 * What the API costs beside a bare ConnectRPC server that does no more than answer: single calls, watches that are opened, what a thousand of them weigh, and what a
 * caller without measure does to a quiet cell.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeClient } from '../cli/api/client.ts';
import { withoutDeadline } from '../cli/api/client.ts';
import { newAuthorityFor } from '../supervisor/pki/issue.ts';
import { measuredId, measuredKind } from './api/messages.ts';
import { Flood, Server } from './api/server.ts';
import { conditionsHere, type Figure, printFigures, say } from './figures.ts';
import { readOptions } from './options.ts';
import { quantile } from './quantile.ts';

readOptions({ command: 'npm run bench:api', about: 'Measures the API beside a bare ConnectRPC server.' }, {});

const dayMs = 86_400_000;
const rounds = 8;
const warmCalls = 100;
const callsOfRound = 400;
const watchesOfRound = 60;
/** Below what one caller may have in a burst (supervisor/api/rate-limits.ts). */
const callsTogether = 1_500;
const callsAtOnce = 16;
/** As many as one caller may have (watch-resources.ts) are opened by each of so many callers. */
const watchers = { callers: 4, each: 250 };
const floods = 5;
const quietMs = 2_000;
const floodedMs = 4_000;
/** Milliseconds until memory is as it stays, and how often it is looked at then: the least counts, without what waits to be collected. */
const settleMs = 4_000;
const looks = 8;

const authority = await newAuthorityFor('bench', Date.now(), dayMs);
say('starting the servers');
const [node, bare] = await Promise.all([
  Server.start('node-process.ts', authority),
  Server.start('bare-server.ts', authority),
]);
const figures: Figure[] = [];
try {
  figures.push(...(await measureCalls()), ...(await measureWatches()), ...(await measureFloods()));
} finally {
  node.stop();
  bare.stop();
}
say('');
printFigures('The API', figures, conditionsHere());

async function measureCalls(): Promise<readonly Figure[]> {
  const sides = {
    eft: {
      client: await node.connect('caller'),
      gets: [] as number[],
      watches: [] as number[],
      perSecond: [] as number[],
    },
    bare: {
      client: await bare.connect('caller'),
      gets: [] as number[],
      watches: [] as number[],
      perSecond: [] as number[],
    },
  };
  for (const { client } of Object.values(sides)) await repeat(warmCalls, () => get(client));
  for (let round = 0; round < rounds; round += 1) {
    say(`calls, round ${round + 1} of ${rounds}`);
    // In turns, and each first in every other round.
    const order = round % 2 === 0 ? [sides.eft, sides.bare] : [sides.bare, sides.eft];
    for (const { client, gets } of order) gets.push(...(await repeat(callsOfRound, () => get(client))));
    for (const { client, watches } of order)
      watches.push(...(await repeat(watchesOfRound, () => openWatch(client))));
    for (const { client, perSecond } of order) perSecond.push(await throughput(client));
  }
  for (const { client } of Object.values(sides)) client.close();
  const ratio = (of: 'gets' | 'watches', at: number): number =>
    quantile(sides.eft[of], at) / quantile(sides.bare[of], at);
  const lower = { better: 'lower' } as const;
  return [
    {
      id: 'api.get-p99-vs-bare',
      value: ratio('gets', 0.99),
      unit: '×',
      ...lower,
      against: 'one call after the other; bare ConnectRPC',
      aim: 2,
    },
    { id: 'api.get-p50-vs-bare', value: ratio('gets', 0.5), unit: '×', ...lower },
    { id: 'api.get-p99', value: quantile(sides.eft.gets, 0.99), unit: 'ms', ...lower },
    {
      id: 'api.get-per-second',
      value: quantile(sides.eft.perSecond, 0.5),
      unit: 'calls/s',
      better: 'higher',
      against: `${callsAtOnce} at once, one connection`,
    },
    {
      id: 'api.get-per-second-vs-bare',
      value: quantile(sides.eft.perSecond, 0.5) / quantile(sides.bare.perSecond, 0.5),
      unit: '×',
      better: 'higher',
    },
    {
      id: 'api.watch-p99-vs-bare',
      value: ratio('watches', 0.99),
      unit: '×',
      ...lower,
      against: 'until all that is there has come',
    },
    { id: 'api.watch-p99', value: quantile(sides.eft.watches, 0.99), unit: 'ms', ...lower },
  ];
}

async function measureWatches(): Promise<readonly Figure[]> {
  const [ours, theirs] = [
    await manyWatches('node-process.ts', true),
    await manyWatches('bare-server.ts', false),
  ];
  const count = watchers.callers * watchers.each;
  return [
    {
      id: 'api.watch-1000-bytes-each',
      value: ours.bytesEach,
      unit: 'bytes',
      better: 'lower',
      against: `${count} of ${watchers.callers} callers; PID 1 and gateway, proportional set size`,
      aim: 20 * 1024,
    },
    {
      id: 'api.watch-1000-bytes-each-vs-bare',
      value: ours.bytesEach / theirs.bytesEach,
      unit: '×',
      better: 'lower',
      against: `${Math.round(theirs.bytesEach).toLocaleString('en-US')} bytes each of the bare server, one process`,
    },
    {
      id: 'api.watch-1000-told',
      value: ours.toldMs,
      unit: 'ms',
      better: 'lower',
      against: 'from a change until all have it',
    },
  ];
}

/**
 * What many watches of a server weigh, and how soon all are told of a change, if there is one. The server is a new one: in one that has worked, memory that is
 * collected meanwhile hides what comes. What is not collected yet counts here.
 */
async function manyWatches(
  source: 'node-process.ts' | 'bare-server.ts',
  isChanging: boolean,
): Promise<{ readonly bytesEach: number; readonly toldMs: number }> {
  say('a thousand watches');
  const server = await Server.start(source, authority);
  const clients = await Promise.all(
    Array.from({ length: watchers.callers }, (_, index) => server.connect(`watcher-${index}`)),
  );
  // What the first watches bring with them, such as compiled code, is none of theirs.
  for (const client of clients) await repeat(10, () => openWatch(client));
  const before = await leastPss(server);
  let seen = 0;
  const end = new AbortController();
  const count = watchers.callers * watchers.each;
  const opened = clients.flatMap((client) =>
    Array.from({ length: watchers.each }, async () => {
      const call = { ...withoutDeadline, signal: end.signal };
      try {
        for await (const _ of client.state.watch({ kinds: [measuredKind], id: measuredId }, call)) seen += 1;
        if (!end.signal.aborted) throw new Error('the server has ended a watch');
      } catch (error) {
        if (!end.signal.aborted) throw error;
      }
    }),
  );
  const failed = Promise.all(opened).then(() => undefined);
  const reaches = async (wanted: number): Promise<number> => {
    const beginMs = performance.now();
    while (seen < wanted) await Promise.race([sleep(1), failed]);
    return performance.now() - beginMs;
  };
  await reaches(count);
  const bytesEach = ((await leastPss(server)) - before) / count;
  const toldMs: number[] = [];
  for (let round = 0; isChanging && round < rounds; round += 1) {
    const wanted = seen + count;
    server.order('change');
    toldMs.push(await reaches(wanted));
  }
  end.abort();
  await failed;
  for (const client of clients) client.close();
  server.stop();
  return { bytesEach, toldMs: quantile(toldMs, 0.5) };
}

async function measureFloods(): Promise<readonly Figure[]> {
  const ratios: number[] = [];
  const quiet: number[] = [];
  const flooded: number[] = [];
  let answered = 0;
  let refused = 0;
  for (let run = 0; run < floods; run += 1) {
    say(`flood ${run + 1} of ${floods}`);
    const context = await node.credentials(`flood-${run}`);
    const flood = new Flood();
    await sleep(1_000);
    node.order('events');
    await sleep(quietMs);
    const beganNs = process.hrtime.bigint();
    flood.begin(context, node.port);
    await sleep(floodedMs);
    const endedNs = process.hrtime.bigint();
    const ended = await flood.end();
    const events = await node.report();
    const between = (from: bigint, to: bigint): readonly number[] =>
      events.filter(({ sentNs }) => BigInt(sentNs) >= from && BigInt(sentNs) < to).map(({ ms }) => ms);
    const [before, during] = [between(0n, beganNs), between(beganNs, endedNs)];
    quiet.push(...before);
    flooded.push(...during);
    ratios.push(quantile(during, 0.99) / quantile(before, 0.99));
    answered += ended.answered;
    refused += ended.refused;
  }
  const seconds = (floods * floodedMs) / 1_000;
  return [
    {
      id: 'api.flood-neighbour-p99-ratio',
      value: quantile(ratios, 0.5),
      unit: '×',
      better: 'lower',
      against: 'a quiet cell’s events during a flood against before, median of the runs',
      aim: 1.5,
    },
    {
      id: 'api.flood-neighbour-p99',
      value: quantile(flooded, 0.99),
      unit: 'ms',
      better: 'lower',
      against: `${quantile(quiet, 0.99).toFixed(2)} ms before`,
    },
    {
      id: 'api.flood-answered',
      value: answered / seconds,
      unit: 'calls/s',
      better: 'higher',
      against: `${Math.round(refused / seconds)} more were refused each second`,
    },
  ];
}

async function get({ state }: NodeClient): Promise<void> {
  await state.get({ kind: measuredKind, id: measuredId });
}

/** Opens a watch, and gives it up when all that is there has come. */
async function openWatch({ state }: NodeClient): Promise<void> {
  const end = new AbortController();
  const call = { ...withoutDeadline, signal: end.signal };
  try {
    for await (const { isSynced } of state.watch({ kinds: [measuredKind], id: measuredId }, call)) {
      // Leaving the loop alone would leave the watch open.
      if (isSynced) end.abort();
    }
  } catch (error) {
    if (!end.signal.aborted) throw error;
  }
}

async function throughput(client: NodeClient): Promise<number> {
  // Until the caller may make as many at once.
  await sleep(1_500);
  const beginMs = performance.now();
  const each = Math.floor(callsTogether / callsAtOnce);
  await Promise.all(Array.from({ length: callsAtOnce }, () => repeat(each, () => get(client))));
  return (each * callsAtOnce * 1_000) / (performance.now() - beginMs);
}

/** Milliseconds of each. */
async function repeat(count: number, run: () => Promise<void>): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const beginMs = performance.now();
    await run();
    samples.push(performance.now() - beginMs);
  }
  return samples;
}

async function leastPss(server: Server): Promise<number> {
  await sleep(settleMs);
  const samples: number[] = [];
  for (let look = 0; look < looks; look += 1) {
    samples.push(server.pssBytes());
    await sleep(500);
  }
  return Math.min(...samples);
}
