/** The first step: what each source says, as it stands in the store, becomes sound values in the order in which they count. */
import { Reference } from '../bindings/module-lifecycle';
import { Entry, get, Layer, list } from '../bindings/resources-network-config';
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

/** The sources in the store, each read again only when it has changed. */
@final
export class Sources {
  private readonly known: Map<string, Source> = new Map();
  /** Ids of those that have changed since they were read. */
  private readonly changed: Set<string> = new Set();
  private isKnown: bool = false;

  /** All are to be read again. */
  forget(): void {
    this.isKnown = false;
  }

  /** These have come, changed or gone; none stands for all. */
  noteChanged(references: StaticArray<Reference>): void {
    if (references.length == 0) this.forget();
    for (let index = 0; index < references.length; ++index) this.changed.add(references[index].id);
  }

  /** What they say now, in no order. What is given is not to be written to. */
  all(): Array<Source> {
    if (this.isKnown) this.readChanged();
    else this.readAll();
    this.changed.clear();
    return this.known.values();
  }

  private readAll(): void {
    this.known.clear();
    const entries = list();
    for (let index = 0; index < entries.length; ++index) this.take(entries[index]);
    this.isKnown = true;
  }

  private readChanged(): void {
    const ids = this.changed.values();
    for (let index = 0; index < ids.length; ++index) {
      const entry = get(ids[index]);
      if (entry.isSome) this.take(entry.unwrap());
      else this.known.delete(ids[index]);
    }
  }

  private take(entry: Entry): void {
    this.known.set(entry.metadata.id, read(entry));
  }
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
