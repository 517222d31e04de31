/**
 * The WebSocket `/events`: tells a browser every event of the library.
 *
 * A browser may be slower than the library (a tab asleep, a machine suspended), so never more than
 * one message is on its way. Meanwhile newer events replace older ones of the same name: all but
 * notices say how things stand now, and only the latest is true.
 */
import type { EventName } from '../engine/contract.ts';
import type { Library } from '../engine/library.ts';
import type { WebSocket } from '@fastify/websocket';

/** Milliseconds between two signs of life; a browser that answers none of them is let go. */
const PING_EVERY = 30_000;
/** Milliseconds that a browser has to say goodbye when the program ends. */
const GOODBYE_WITHIN = 1_000;

/** What is used of a WebSocket. */
type Socket = Pick<WebSocket, 'send' | 'ping' | 'on' | 'close' | 'terminate'>;

interface Message {
  name: EventName;
  data: unknown;
}

/** Tells `socket` the events of `library` until it closes. `pingEvery` is in milliseconds. */
export function tellEvents(socket: Socket, library: Library, pingEvery = PING_EVERY): void {
  let waiting: Message[] = [];
  let sending = false;

  function sendNext(): void {
    const message = waiting.shift();
    sending = message !== undefined;
    if (message === undefined) return;
    socket.send(JSON.stringify(message), (error) => {
      if (error) socket.terminate();
      else sendNext();
    });
  }

  const stopListening = library.onAny((name, data) => {
    if (name !== 'notice') waiting = waiting.filter((message) => message.name !== name);
    waiting.push({ name, data });
    if (!sending) sendNext();
  });

  let alive = true;
  const pings = setInterval(() => {
    if (!alive) {
      socket.terminate();
      return;
    }
    alive = false;
    socket.ping();
  }, pingEvery);

  socket.on('pong', () => {
    alive = true;
  });
  // Requests go over HTTP; nothing is expected here.
  socket.on('message', () => {
    socket.close(1003);
  });
  socket.on('close', () => {
    clearInterval(pings);
    stopListening();
  });
}

/** Says goodbye to all, and drops those that do not answer, so that the server can close. */
export function closeSockets(sockets: Iterable<Socket>): void {
  for (const socket of sockets) {
    socket.close(1001);
    setTimeout(() => {
      socket.terminate();
    }, GOODBYE_WITHIN).unref();
  }
}
