/** The actions of one call, in order, and which sockets and which instant the client has asked for so far: it says only what changes. */
import { Action, ActionKind, Lease, LogLevel, never } from './contract';

const everyone: StaticArray<u8> = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

export class Outbox {
  hasPacketSocket: bool = false;
  hasArpSocket: bool = false;
  hasUdpSocket: bool = false;
  wakeAt: u64 = never;
  private actions: Array<Action> = [];

  begin(): void {
    this.actions = [];
  }

  take(): Array<Action> {
    const actions = this.actions;
    this.actions = [];
    return actions;
  }

  sendPacket(payload: StaticArray<u8>): void {
    this.packetSocket(true);
    const action = this.add(ActionKind.SendPacket);
    action.hardwareAddress = everyone;
    action.payload = payload;
  }

  sendArp(payload: StaticArray<u8>): void {
    this.arpSocket(true);
    const action = this.add(ActionKind.SendArp);
    action.hardwareAddress = everyone;
    action.payload = payload;
  }

  /** The UDP socket must be on. */
  sendDatagram(address: u32, payload: StaticArray<u8>): void {
    const action = this.add(ActionKind.SendDatagram);
    action.address = address;
    action.payload = payload;
  }

  packetSocket(isOn: bool): void {
    if (this.hasPacketSocket == isOn) return;
    this.hasPacketSocket = isOn;
    this.add(ActionKind.PacketSocket).isOn = isOn;
  }

  arpSocket(isOn: bool): void {
    if (this.hasArpSocket == isOn) return;
    this.hasArpSocket = isOn;
    this.add(ActionKind.ArpSocket).isOn = isOn;
  }

  udpSocket(isOn: bool, address: u32): void {
    if (this.hasUdpSocket == isOn) return;
    this.hasUdpSocket = isOn;
    const action = this.add(ActionKind.UdpSocket);
    action.isOn = isOn;
    action.address = address;
  }

  wake(at: u64): void {
    if (this.wakeAt == at) return;
    this.wakeAt = at;
    this.add(ActionKind.WakeAt).at = at;
  }

  leaseBound(lease: Lease): void {
    this.add(ActionKind.LeaseBound).lease = lease;
  }

  leaseChanged(lease: Lease, isMore: bool): void {
    const action = this.add(ActionKind.LeaseChanged);
    action.lease = lease;
    action.isOn = isMore;
  }

  leaseLost(lease: Lease, reason: string): void {
    const action = this.add(ActionKind.LeaseLost);
    action.lease = lease;
    action.message = reason;
  }

  log(level: LogLevel, message: string): void {
    const action = this.add(ActionKind.Log);
    action.level = level;
    action.message = message;
  }

  private add(kind: ActionKind): Action {
    const action = new Action(kind);
    this.actions.push(action);
    return action;
  }
}
