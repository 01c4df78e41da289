/** Routing rules as resources: wanted and observed. */
import { Option } from 'eft';
import { RuleAction, Family as ShownFamily } from '../bindings/resources-network-config';
import {
  list as listSpecs,
  put as putSpec,
  RuleSpec,
  remove as removeSpec,
} from '../bindings/resources-rule-spec';
import {
  list as listStatuses,
  put as putStatus,
  RuleStatus,
  remove as removeStatus,
} from '../bindings/resources-rule-status';
import { Family } from '../ip/family';
import { Prefix } from '../ip/prefix';
import { DeclaredNetwork } from '../model/declared-network';
import { allMarkBits, Rule } from '../model/rule';
import { ownedProtocol } from '../netlink/marks';
import * as rt from '../netlink/numbers';
import { KernelView } from './kernel-view';
import { optionalText } from './show-links';
import { Shown } from './shown';

const maximumShown = 512;

export const specs: Shown = new Shown(maximumShown);
export const statuses: Shown = new Shown(maximumShown);

export function rememberRules(): void {
  const spec = listSpecs();
  for (let index = 0; index < spec.length; ++index) specs.remember(spec[index].metadata.id);
  const status = listStatuses();
  for (let index = 0; index < status.length; ++index) statuses.remember(status[index].metadata.id);
}

export function showWantedRules(network: DeclaredNetwork): void {
  specs.begin();
  const rules = network.rules.values();
  for (let index = 0; index < rules.length; ++index) {
    const rule = rules[index];
    if (specs.offer(rule.id, rule.layer.toString())) putSpec(rule.id, specOf(rule));
  }
  const gone = specs.end();
  for (let index = 0; index < gone.length; ++index) removeSpec(gone[index]);
}

export function showRules(view: KernelView): void {
  statuses.begin();
  const rules = view.rules.values();
  for (let index = 0; index < rules.length; ++index) {
    const rule = rules[index];
    const id = rule.id;
    const isOwned = rule.protocol == ownedProtocol;
    if (!statuses.offer(id, isOwned ? 'owned' : 'foreign')) continue;
    putStatus(id, new RuleStatus(familyOf(rule), rule.priority, rule.table, rule.actionText, isOwned));
  }
  const gone = statuses.end();
  for (let index = 0; index < gone.length; ++index) removeStatus(gone[index]);
}

function familyOf(rule: Rule): ShownFamily {
  return rule.family == Family.Ipv6 ? ShownFamily.Ipv6 : ShownFamily.Ipv4;
}

function specOf(rule: Rule): RuleSpec {
  const hasMask = rule.hasMark && rule.markMask != allMarkBits;
  return new RuleSpec(
    familyOf(rule),
    rule.priority,
    prefixText(rule.from),
    prefixText(rule.to),
    rule.hasMark ? Option.some<u32>(rule.mark) : Option.none<u32>(),
    hasMask ? Option.some<u32>(rule.markMask) : Option.none<u32>(),
    optionalText(rule.incomingLink),
    optionalText(rule.outgoingLink),
    actionOf(rule),
    rule.layer,
  );
}

function prefixText(prefix: Prefix | null): Option<string> {
  return prefix === null ? Option.none<string>() : Option.some<string>(prefix.text());
}

function actionOf(rule: Rule): RuleAction {
  switch (<i32>rule.action) {
    case <i32>rt.FR_ACT_BLACKHOLE:
      return RuleAction.blackhole();
    case <i32>rt.FR_ACT_UNREACHABLE:
      return RuleAction.unreachable_();
    case <i32>rt.FR_ACT_PROHIBIT:
      return RuleAction.prohibit();
    default:
      return RuleAction.table(rule.table);
  }
}
