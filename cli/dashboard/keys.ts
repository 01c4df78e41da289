/** What a key does to what is shown. */
import type { NodeView } from './node-view.ts';
import { type Choice, type Size, scrollLimit } from './screen.ts';
import { logLevels, tabs } from './views.ts';

export type Key = {
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
};

/** Lines that stay in sight when a page is turned. */
const pageOverlap = 6;

/** What is shown next, or that this was enough. */
export function press(
  choice: Choice,
  input: string,
  key: Key,
  nodes: readonly NodeView[],
  size: Size,
): Choice | 'end' {
  if (input === 'q' || (key.ctrl && input === 'c')) return 'end';
  if (choice.isHelp) return { ...choice, isHelp: false };
  const node = nodes[choice.node];
  if (node === undefined) return choice;
  if (input === '?' || input === 'h') return { ...choice, isHelp: true };
  const place = tabs.indexOf(choice.tab);
  const show = (index: number): Choice => ({
    ...choice,
    tab: tabs[(index + tabs.length) % tabs.length] ?? choice.tab,
    scroll: 0,
  });
  if (/^[1-9]$/.test(input)) return Number(input) <= tabs.length ? show(Number(input) - 1) : choice;
  if (key.leftArrow) return show(place - 1);
  if (key.rightArrow) return show(place + 1);
  if (key.tab) {
    const step = key.shift ? nodes.length - 1 : 1;
    return { ...choice, node: (choice.node + step) % nodes.length, scroll: 0 };
  }
  if (input === 'l') {
    const level = logLevels[(logLevels.indexOf(choice.level) + 1) % logLevels.length] ?? choice.level;
    return { ...choice, level, scroll: 0 };
  }
  // Logs are shown from their end, so that going up is going away from it.
  const most = scrollLimit(node, choice, size);
  const downwards = choice.tab === 'logs' ? -1 : 1;
  const scrolled = (lines: number): Choice => ({
    ...choice,
    scroll: Math.max(0, Math.min(most, choice.scroll + lines * downwards)),
  });
  const page = Math.max(1, size.rows - pageOverlap);
  if (key.downArrow) return scrolled(1);
  if (key.upArrow) return scrolled(-1);
  if (key.pageDown) return scrolled(page);
  if (key.pageUp) return scrolled(-page);
  if (input === 'g') return scrolled(-most - choice.scroll);
  if (input === 'G') return scrolled(most + choice.scroll);
  return choice;
}
