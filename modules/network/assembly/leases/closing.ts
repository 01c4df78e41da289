/**
 * Sockets that are being closed, until the answer says that they are: should the event come to nothing in which that was asked for, it is
 * asked for again, or the socket would stay open with nobody to listen.
 */
import { close } from '../bindings/host-socket';

@final
export class Closing {
  private readonly names: Map<u64, string> = new Map();

  close(name: string): void {
    this.names.set(close(name), name);
  }

  /** Whether the answer is to a close. */
  answered(request: u64): bool {
    return this.names.delete(request);
  }

  /** Nothing of the last event was carried out. To be called before sockets of the same names are opened again. */
  doubt(): void {
    const names = this.names.values();
    this.names.clear();
    for (let index = 0; index < names.length; ++index) this.close(names[index]);
  }
}
