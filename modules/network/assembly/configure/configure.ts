/** The first step: what each source says, as it stands in the store, becomes sound values in the order in which they count. */
import { Entry, Layer, list } from '../bindings/resources-network-config';
import { WantedLink } from '../model/link';
import { configureAddresses } from './addresses';
import { configureLinks } from './links';
import { configureMachine } from './machine';
import { configureRoutes } from './routes';
import { configureRules } from './rules';
import { Source } from './source';

/** What every machine has, whatever is declared: a loopback that is up. */
export function builtIn(): Source {
  const source = new Source('built-in', Layer.Default);
  const loopback = new WantedLink('lo');
  source.network.links.set(loopback.name, loopback);
  return source;
}

/** All sources in the store, the one that counts least first: by layer, and by id within one. */
export function configure(): Array<Source> {
  const entries = list();
  const sources: Array<Source> = [];
  for (let index = 0; index < entries.length; ++index) sources.push(read(entries[index]));
  sources.sort((one, other) => {
    if (one.layer != other.layer) return one.layer - other.layer;
    return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
  });
  return sources;
}

function read(entry: Entry): Source {
  const source = new Source(entry.metadata.id, entry.value.layer);
  configureLinks(source, entry.value.links);
  configureAddresses(source, entry.value.addresses);
  configureRoutes(source, entry.value.routes);
  configureRules(source, entry.value.rules);
  configureMachine(source, entry.value);
  return source;
}
