/** All resources that the module writes, each when what it is made of has changed. */
import { Plan } from '../apply/plan';
import { DeclaredNetwork } from '../model/declared-network';
import { Problem } from '../model/problem';
import { KernelView } from './kernel-view';
import * as addresses from './show-addresses';
import * as links from './show-links';
import { doubtMachine, showMachine } from './show-machine';
import { doubtNetwork, showNetwork } from './show-network';
import * as routes from './show-routes';
import * as rules from './show-rules';
import { renewPuts } from './shown';

@final
export class Show {
  /** What is wanted is another. */
  wantedChanged: bool = true;

  /** What an earlier instance has left in the store. */
  remember(): void {
    links.rememberLinks();
    addresses.rememberAddresses();
    routes.rememberRoutes();
    rules.rememberRules();
  }

  /** Nothing of what was put last is certain. */
  doubt(): void {
    links.specs.doubt();
    links.statuses.doubt();
    addresses.specs.doubt();
    addresses.statuses.doubt();
    routes.specs.doubt();
    routes.statuses.doubt();
    rules.specs.doubt();
    rules.statuses.doubt();
    doubtMachine();
    doubtNetwork();
  }

  /** Something did not fit into one event. */
  get isBehind(): bool {
    return (
      links.specs.isBehind ||
      links.statuses.isBehind ||
      addresses.specs.isBehind ||
      addresses.statuses.isBehind ||
      routes.specs.isBehind ||
      routes.statuses.isBehind ||
      rules.specs.isBehind ||
      rules.statuses.isBehind
    );
  }

  /** As `showNetwork`. */
  showWhole(plan: Plan, view: KernelView, problems: Array<Problem>, isBusy: bool): u64 {
    return showNetwork(plan, view, problems, isBusy);
  }

  run(view: KernelView, network: DeclaredNetwork, hasNames: bool, hasResolvers: bool): void {
    renewPuts();
    if (this.wantedChanged || links.specs.isBehind) links.showWantedLinks(network);
    if (this.wantedChanged || addresses.specs.isBehind) addresses.showWantedAddresses(network);
    if (this.wantedChanged || rules.specs.isBehind) rules.showWantedRules(network);
    if (this.wantedChanged || routes.specs.isBehind) routes.showWantedRoutes(network);
    this.wantedChanged = false;
    // Addresses and routes name links: a link that changes its name changes them.
    const linksChanged = view.linksChanged;
    if (linksChanged || links.statuses.isBehind) links.showLinks(view);
    if (linksChanged || view.addressesChanged || addresses.statuses.isBehind) addresses.showAddresses(view);
    if (view.rulesChanged || rules.statuses.isBehind) rules.showRules(view);
    if (linksChanged || view.routesChanged || routes.statuses.isBehind) routes.showRoutes(view);
    view.linksChanged = view.addressesChanged = view.routesChanged = view.rulesChanged = false;
    showMachine(network, hasNames, hasResolvers);
  }
}
