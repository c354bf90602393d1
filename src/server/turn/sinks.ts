import type { ServerResponse } from 'node:http';
import type { Encoded } from './frames.ts';
import type { LiveAnswer } from './live-answer.ts';
import { type ReaderTiming, type Sink, StreamReader } from './stream-reader.ts';

/**
 * Streams an answer into a Node response, whose head has been written.
 *
 * The head goes through the response. Then each event goes to its socket as one buffer that holds the chunked coding
 * already: `response.write` makes four writes of one chunk, gathered by cork and `writev`, which costs a third more CPU an
 * event (`bench/server-stream.ts`), and a web stream twice as much.
 */
export function streamToNode(
  outgoing: ServerResponse,
  answer: LiveAnswer,
  from: number,
  timing: ReaderTiming,
  onClose?: () => void,
): void {
  // Null while an earlier answer has the socket (pipelining); HTTP/1.0 has no chunked coding.
  const socket = outgoing.chunkedEncoding ? outgoing.socket : null;
  let begun = false;
  const write = ({ bytes, chunk }: Encoded) => {
    if (begun && socket) return socket.writable && socket.write(chunk);
    begun = true;
    return outgoing.write(bytes);
  };
  const sink: Sink = {
    write,
    end: () => {
      // What is still queued must not hold a socket of a reader that has stopped taking.
      outgoing.setTimeout(timing.stallMs, () => outgoing.destroy());
      outgoing.end();
    },
    destroy: () => outgoing.destroy(),
  };
  const reader = new StreamReader(answer, sink, from, timing, onClose);
  const onDrain = () => reader.drained();
  outgoing.on('drain', onDrain);
  socket?.on('drain', onDrain);
  outgoing.on('close', () => {
    // The socket lives on: the next request may come over it.
    socket?.off('drain', onDrain);
    reader.close();
  });
  // The other side went away between events; `close` follows.
  outgoing.on('error', () => reader.close());
}

/** Streams an answer as a web stream, for callers without a socket: tests and clients in the same process. */
export function streamToWeb(
  answer: LiveAnswer,
  from: number,
  timing: ReaderTiming,
  onClose?: () => void,
): ReadableStream<Uint8Array> {
  let reader: StreamReader;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const sink: Sink = {
          write: ({ bytes }) => {
            controller.enqueue(bytes);
            return (controller.desiredSize ?? 0) > 0;
          },
          end: () => controller.close(),
          destroy: () => controller.error(new Error('The reader took nothing for too long.')),
        };
        reader = new StreamReader(answer, sink, from, timing, onClose);
      },
      pull: () => reader.drained(),
      cancel: () => reader.close(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 16 * 1024 }),
  );
}
