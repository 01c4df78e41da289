/**
 * How fast modules are fuzzed, in runs a second of processor time, with counters on and everything put back after each run; beside other fuzzers on
 * a parser of the same format.
 *
 * A run of a module is one event, told to the whole of it through `handle`, at a place in its kept corpus: the reset before it, the host's part of
 * the component model, the counters after it. Events are all steps of the corpus; packets are those in which a DHCP message comes by a
 * socket, changed at random each time. A run of the parser is one call of its own function, with the same around it.
 */
import { join } from 'node:path';
import { callComponent } from '../cli/fuzz/calls/call-surface.ts';
import { CallTarget } from '../cli/fuzz/calls/call-target.ts';
import { readCallCorpus } from '../cli/fuzz/calls/run-calls.ts';
import { readCorpus } from '../cli/fuzz/corpus-folder.ts';
import { Dictionary } from '../cli/fuzz/dictionary.ts';
import { Executor, searchFuel } from '../cli/fuzz/execute.ts';
import type { Step } from '../cli/fuzz/fuzz-input.ts';
import { mutateBytes } from '../cli/fuzz/mutate-bytes.ts';
import { openFuzzModule } from '../cli/fuzz/open-module.ts';
import { Random } from '../cli/fuzz/random.ts';
import { Reached } from '../cli/fuzz/reached.ts';
import { instrumentModule, Target } from '../cli/fuzz/target.ts';
import { prepareEngine } from '../supervisor/cells/thread-transport.ts';
import type { Value } from '../supervisor/store/resource.ts';
import { builtComponent } from '../tests/components/build.ts';
import { shippedModuleFile } from '../tests/fuzz/test-modules.ts';
import { conditionsHere, type Figure, printFigures, say } from './figures.ts';
import { measureCalls } from './fuzz/measure-calls.ts';
import { measureRuns, placesOf } from './fuzz/measure-runs.ts';
import { measureOthers } from './fuzz/other-fuzzers.ts';
import { measurePlanted, plantedChoices, plantedHelp } from './fuzz/planted-figures.ts';
import { namesOf, orExit, readOptions } from './options.ts';

const help = {
  command: 'npm run bench:fuzz',
  about:
    'Measures how fast modules are fuzzed, beside libFuzzer and Jazzer.js on a parser of the same format, and what of that which was planted is found.',
  options: [plantedHelp],
};
const options = readOptions(help, { planted: { type: 'string', default: 'yes' } });
const [planted = 'yes'] = orExit(help, () => namesOf('planted', options.planted, plantedChoices));
if (planted === 'only') {
  printFigures('fuzzing', await measurePlanted(), conditionsHere());
  process.exit();
}

const root = join(import.meta.dirname, '..');
/** Places of a corpus that are measured, and runs at each. */
const placesLimit = 60;
const runsPerPlace = 2_000;
/** What of tests/components/dhcp reads messages. */
const parserFunctions = ['lease-in', 'read-udp-packet'] as const;
const parserCorpus = join(root, 'tests/fuzz/corpus/dhcp');

prepareEngine();
const figures: Figure[] = [];
for (const name of ['network', 'health']) {
  const module = openFuzzModule(await shippedModuleFile(name), name);
  const executor = new Executor(new Target(instrumentModule(module, false)));
  const reached = new Reached(executor.target.counters.length);
  const corpus = readCorpus(join(root, 'tests/fuzz/corpus', name));
  for (const input of corpus) executor.run(input, reached);
  const { sites } = executor.target.instrumented.instrumented;
  const coverage = (100 * reached.count) / sites.length;
  say(`${name}: ${corpus.length} inputs reach ${reached.count} of ${sites.length} branches`);
  const events = measureRuns(
    executor,
    reached,
    placesOf(corpus, placesLimit, () => true),
    runsPerPlace,
    (step) => step,
  );
  figures.push({
    id: name === 'network' ? 'fuzz.event-runs-per-cpu-second' : `fuzz.${name}-event-runs-per-cpu-second`,
    value: (1000 * events.runs) / events.cpuMs,
    unit: '1/s',
    better: 'higher',
    against: `of ${name}, ${events.runs} runs, ${coverage.toFixed(1)} % of branches`,
    ...(name === 'network' ? { aim: 20_000 } : {}),
  });
  if (name !== 'network') continue;
  const random = new Random(1);
  const dictionary = Dictionary.of(executor.target.instrumented.core);
  const packets = placesOf(
    corpus,
    placesLimit,
    ({ deed }) => deed.deed === 'arrive' && deed.source === 'packet',
  );
  const parses = measureRuns(executor, reached, packets, runsPerPlace, (step) =>
    otherPacket(step, random, dictionary),
  );
  figures.push({
    id: 'fuzz.packet-runs-per-cpu-second',
    value: (1000 * parses.runs) / parses.cpuMs,
    unit: '1/s',
    better: 'higher',
    against: `DHCP messages to ${name}, through its socket, ${parses.runs} runs`,
  });
}
figures.push(await measureParser());
figures.push(...(await measureOthers(readCallCorpus(parserCorpus))));
if (planted === 'yes') figures.push(...(await measurePlanted()));
printFigures('fuzzing', figures, conditionsHere());

/** The DHCP parser of the network module by its own functions, on messages that are changed at random. */
async function measureParser(): Promise<Figure> {
  const dhcp = callComponent(await builtComponent('dhcp'), 'dhcp', parserFunctions);
  const target = new CallTarget(dhcp, false);
  const { sites } = target.instrumented.instrumented;
  const reached = new Reached(target.counters.length);
  const corpus = readCallCorpus(parserCorpus);
  for (const input of corpus) target.run(input, reached, searchFuel);
  say(`dhcp: ${corpus.length} inputs reach ${reached.count} of ${sites.length} branches`);
  const random = new Random(1);
  const dictionary = Dictionary.of(target.instrumented.core);
  const changed = (value: Value): Value =>
    value instanceof Uint8Array ? mutateBytes(value, random, dictionary) : value;
  const { runs, cpuMs } = measureCalls(target, reached, corpus, runsPerPlace, (input) =>
    input.map((call) => ({ ...call, parameters: call.parameters.map(changed) })),
  );
  const coverage = (100 * reached.count) / sites.length;
  return {
    id: 'fuzz.parser-runs-per-cpu-second',
    value: (1000 * runs) / cpuMs,
    unit: '1/s',
    better: 'higher',
    aim: 100_000,
    against: `${parserFunctions.join(' and ')} of the DHCP client, ${runs} runs, ${coverage.toFixed(1)} % of the client's branches`,
  };
}

/** The step with the bytes of its packets changed. */
function otherPacket(step: Step, random: Random, dictionary: Dictionary): Step {
  const { deed } = step;
  if (deed.deed !== 'arrive') return step;
  const items = deed.items.map((item): Value => {
    if (typeof item !== 'object' || !('payload' in item) || !(item['payload'] instanceof Uint8Array))
      return item;
    return { ...item, payload: mutateBytes(item['payload'], random, dictionary) };
  });
  return { ...step, deed: { ...deed, items } };
}
