/** Routing rules. The kernel keeps two that match the same and do something else, so a changed rule is a new one, and the old one goes after. */
import { Family } from '../ip/family';
import { DeclaredNetwork } from '../model/declared-network';
import { ownedProtocol } from '../netlink/marks';
import { writeNewRule, writeRuleRemoval } from '../netlink/rule-message';
import { Dump } from '../observe/kernel-view';
import { Plan } from './plan';

const kind = 'rule-spec';

export function planRules(plan: Plan, network: DeclaredNetwork): void {
  const rules = network.rules.values();
  for (let index = 0; index < rules.length; ++index) {
    const rule = rules[index];
    const id = rule.id;
    ++plan.rules.declared;
    if (plan.view.rules.has(id)) {
      ++plan.rules.applied;
      plan.right('rule/' + id, kind, id);
      continue;
    }
    const sequence = plan.propose('rule/' + id, kind, id, dumpOf(rule.family), false);
    if (sequence > 0) writeNewRule(plan.writer, sequence, rule);
  }
}

/** Rules with the module's mark that nobody wants any more. */
export function planRuleRemovals(plan: Plan, network: DeclaredNetwork): void {
  const observed = plan.view.rules.values();
  for (let index = 0; index < observed.length; ++index) {
    const rule = observed[index];
    if (rule.protocol != ownedProtocol) continue;
    const id = rule.id;
    if (network.rules.has(rule.key) && network.rules.get(rule.key).id == id) continue;
    const sequence = plan.propose('rule/' + id, kind, id, dumpOf(rule.family), true);
    if (sequence > 0) writeRuleRemoval(plan.writer, sequence, rule);
  }
}

function dumpOf(family: Family): Dump {
  return family == Family.Ipv4 ? Dump.Rules4 : Dump.Rules6;
}
