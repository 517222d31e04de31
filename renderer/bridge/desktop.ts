/**
 * The main process of the desktop program, reached through the functions that its preload script
 * gives this page.
 */
import type {
  DesktopBridge,
  DesktopReply,
  EventData,
  EventName,
  Folder,
  HostCommand,
  HostParams,
  HostRequestName,
  HostResult,
  Params,
  RequestName,
  Result,
} from '../../engine/contract.ts';
import { fromErrorData } from '../../engine/errors.ts';
import { pictureAddresses, type Connection, type Host } from './host.ts';

export class DesktopHost implements Host {
  readonly pictures = pictureAddresses;
  readonly #bridge: DesktopBridge;
  readonly #listeners = new Map<string, Set<(data: never) => void>>();

  constructor(bridge: DesktopBridge) {
    this.#bridge = bridge;
    bridge.onEvent((name, data) => {
      for (const listener of this.#listeners.get(name) ?? []) listener(data as never);
    });
  }

  async request<Name extends RequestName>(name: Name, params: Params<Name>): Promise<Result<Name>> {
    return resultOf(await this.#bridge.request(name, params)) as Result<Name>;
  }

  async ask<Name extends HostRequestName>(
    name: Name,
    params: HostParams<Name>,
  ): Promise<HostResult<Name>> {
    return resultOf(await this.#bridge.request(name, params)) as HostResult<Name>;
  }

  on<Name extends EventName>(name: Name, listener: (data: EventData<Name>) => void): () => void {
    return this.#listen(name, listener);
  }

  onCommand(listener: (command: HostCommand) => void): void {
    this.#listen('host.command', listener);
  }

  /** The window and its main process live and end together. */
  onConnection(listener: (connection: Connection) => void): () => void {
    listener('open');
    return () => undefined;
  }

  async dropFolder(file: File): Promise<Folder> {
    return resultOf(await this.#bridge.dropFolder(file)) as Folder;
  }

  #listen(name: string, listener: (data: never) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }
}

function resultOf(reply: DesktopReply): unknown {
  if ('error' in reply) throw fromErrorData(reply.error);
  return reply.result;
}
