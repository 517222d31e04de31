/** The desktop host, over a bridge as its preload script gives it; and which host a page takes. */
import { afterEach, expect, test, vi } from 'vitest';
import type { DesktopBridge, DesktopReply } from '../../../engine/contract.ts';
import { isLookalikeError } from '../../../engine/errors.ts';
import { connectToHost } from '../../../renderer/bridge/connect.ts';
import { DesktopHost } from '../../../renderer/bridge/desktop.ts';
import { WebHost } from '../../../renderer/bridge/http.ts';

class Bridge implements DesktopBridge {
  readonly asked: unknown[] = [];
  reply: DesktopReply = { result: {} };
  tell: (name: string, data: unknown) => void = () => undefined;

  request(name: string, params: unknown): Promise<DesktopReply> {
    this.asked.push([name, params]);
    return Promise.resolve(this.reply);
  }

  onEvent(listener: (name: string, data: unknown) => void): void {
    this.tell = listener;
  }

  dropFolder(file: File): Promise<DesktopReply> {
    this.asked.push(file.name);
    return Promise.resolve(this.reply);
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a page with a bridge is in a desktop window, any other in a browser', () => {
  vi.stubGlobal('window', { lookalike: new Bridge() });
  expect(connectToHost()).toBeInstanceOf(DesktopHost);
  vi.stubGlobal('WebSocket', EventTarget);
  vi.stubGlobal('window', { location: { href: 'http://127.0.0.1:9/' } });
  expect(connectToHost()).toBeInstanceOf(WebHost);
});

test('requests of the library and of the host go the same way', async () => {
  const bridge = new Bridge();
  const host = new DesktopHost(bridge);
  bridge.reply = { result: [1, 2] };
  expect(await host.request('problems.list', {})).toEqual([1, 2]);
  await host.ask('host.showPhoto', { id: 3 });
  await host.dropFolder(new File([], 'Holiday'));
  expect(bridge.asked).toEqual([['problems.list', {}], ['host.showPhoto', { id: 3 }], 'Holiday']);
});

test('an error keeps its code and its sentence', async () => {
  const bridge = new Bridge();
  bridge.reply = { error: { code: 'folder-offline', message: 'Its disk is away.' } };
  await expect(new DesktopHost(bridge).request('library.get', {})).rejects.toSatisfy(
    (error) => isLookalikeError(error, 'folder-offline') && error.message === 'Its disk is away.',
  );
});

test('events and commands reach those who listen to them, until they stop', () => {
  const bridge = new Bridge();
  const host = new DesktopHost(bridge);
  const heard: unknown[] = [];
  const stop = host.on('photos', (data) => heard.push(data));
  host.onCommand((command) => heard.push(command));
  bridge.tell('photos', { photos: 1, problems: 0 });
  bridge.tell('host.command', 'clusters');
  bridge.tell('clusters', {});
  stop();
  bridge.tell('photos', { photos: 2, problems: 0 });
  expect(heard).toEqual([{ photos: 1, problems: 0 }, 'clusters']);
});
