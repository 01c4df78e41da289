/** What a test and an agent say to each other. */
import type { Failure } from '../../supervisor/capabilities/generated/host-requests.ts';
import type { Arrival } from '../../supervisor/cells/module-events.ts';
import type { Grant } from '../../supervisor/manifest/grants.ts';

export type ToAgent =
  | { readonly type: 'grants'; readonly grants: readonly Grant[] }
  | {
      readonly type: 'call';
      readonly id: number;
      readonly interface: string;
      readonly call: string;
      readonly parameters: readonly unknown[];
    }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'take'; readonly name: string }
  | {
      readonly type: 'run';
      readonly program: string;
      readonly parameters: readonly string[];
      readonly input: string;
    }
  | { readonly type: 'close' }
  | { readonly type: 'descriptors' };

export type Result =
  | { readonly tag: 'ok'; readonly val: unknown }
  | { readonly tag: 'err'; readonly val: Failure };

export type FromAgent =
  | { readonly type: 'answer'; readonly id: number; readonly result: Result }
  | { readonly type: 'news'; readonly name: string }
  | { readonly type: 'taken'; readonly arrival: Arrival | undefined }
  | { readonly type: 'ran' }
  | { readonly type: 'descriptors'; readonly count: number; readonly names: readonly string[] };
