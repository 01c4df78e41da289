/**
 * The dashboard in a terminal. Ink draws it, in the terminal's other screen, and writes only what is not as before; a few times a second at most, so that a
 * slow line is never behind.
 */
import { Box, render, Text, useApp, useInput, useWindowSize } from 'ink';
import { createElement, type ReactElement, useEffect, useState } from 'react';
import type { Meaning } from '../output/terminal.ts';
import { type Key, press } from './keys.ts';
import type { Line } from './lines.ts';
import type { NodeView } from './node-view.ts';
import { type Choice, drawScreen, firstChoice } from './screen.ts';

/** Drawings a second. */
export const framesPerSecond = 5;

type Style = { readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean };

const styles: Readonly<Record<Meaning, Style>> = {
  title: { bold: true },
  good: { color: 'green' },
  bad: { color: 'red' },
  faint: { dimColor: true },
  name: { color: 'cyan' },
};

/** Tells who draws that there is something to draw. */
export class News {
  #tell: () => void = () => undefined;

  listen(tell: () => void): () => void {
    this.#tell = tell;
    return () => {
      this.#tell = () => undefined;
    };
  }

  tell(): void {
    this.#tell();
  }
}

export type DashboardOptions = {
  readonly nodes: readonly NodeView[];
  readonly news: News;
  readonly hasColour: boolean;
  readonly nowMs: () => number;
  readonly stdout: NodeJS.WritableStream;
  readonly stdin: NodeJS.ReadableStream;
};

/** Draws until the person has seen enough. */
export async function showDashboard(options: DashboardOptions): Promise<void> {
  const { stdout, stdin } = options;
  const instance = render(createElement(Dashboard, options), {
    stdout,
    stdin,
    alternateScreen: true,
    incrementalRendering: true,
    // A terminal is there: that was seen before. Programs of continuous integration have none.
    interactive: true,
    maxFps: framesPerSecond,
    patchConsole: false,
  });
  await instance.waitUntilExit();
}

function Dashboard({ nodes, news, hasColour, nowMs }: DashboardOptions): ReactElement {
  const { exit } = useApp();
  const size = useWindowSize();
  const [choice, setChoice] = useState<Choice>(firstChoice);
  const [, setCount] = useState(0);
  useEffect(() => news.listen(() => setCount((count) => count + 1)), [news]);
  useInput((input: string, key: Key) => {
    const next = press(choice, input, key, nodes, size);
    if (next === 'end') exit();
    else setChoice(next);
  });
  // The last row stays free: a full one makes some terminals scroll.
  const lines = drawScreen(nodes, choice, { ...size, rows: size.rows - 1 }, nowMs());
  return createElement(
    Box,
    { flexDirection: 'column', width: size.columns },
    ...lines.map((line, index) => createElement(ScreenLine, { key: index, line, hasColour })),
  );
}

function ScreenLine({ line, hasColour }: { readonly line: Line; readonly hasColour: boolean }): ReactElement {
  const spans = line.map(({ text, meaning }, index) =>
    createElement(
      Text,
      { key: index, ...(meaning === undefined || !hasColour ? {} : styles[meaning]) },
      text,
    ),
  );
  return createElement(Text, { wrap: 'truncate-end' }, ...(spans.length === 0 ? [' '] : spans));
}
