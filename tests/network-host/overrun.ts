/** Hears more at once than fits into the socket's buffer, and prints what came of it. For a network namespace of its own. */
import { execFileSync } from 'node:child_process';
import { alignedLength } from '../../supervisor/network/netlink-framing.ts';
import { NetlinkNews } from '../../supervisor/network/netlink-news.ts';

const RTNLGRP_IPV4_ROUTE = 7;
const happened = 12_000;
let heard = 0;
let missed = 0;
let last = '';
let told = (): void => undefined;
const news = new NetlinkNews('route', {
  onNews: (messages) => {
    const view = new DataView(messages.buffer, messages.byteOffset, messages.byteLength);
    for (let at = 0; at < messages.length; at += alignedLength(view.getUint32(at, true))) heard += 1;
    last = 'news';
    told();
  },
  onMissed: () => {
    missed += 1;
    last = 'missed';
  },
});

execFileSync('ip', ['link', 'set', 'lo', 'up']);
news.setGroups(new Set([RTNLGRP_IPV4_ROUTE]));
const lines = Array.from(
  { length: happened },
  (_, index) => `route add 50.${index >> 8}.${index & 0xff}.0/24 dev lo`,
);
// This thread stands still meanwhile, as that of a busy supervisor would.
execFileSync('ip', ['-batch', '-'], { input: lines.join('\n') });
// All that the kernel kept is there: a turn without news is the end of it.
for (let before = -1; before !== heard + missed; ) {
  before = heard + missed;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const atOnce = heard;
const lastAtOnce = last;
const later = new Promise<void>((resolve) => {
  told = resolve;
});
execFileSync('ip', ['route', 'add', '60.0.0.0/24', 'dev', 'lo']);
await later;
console.log(JSON.stringify({ happened, heard: atOnce, missed, lastAtOnce, heardLater: heard - atOnce }));
news.close();
