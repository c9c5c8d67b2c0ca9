/** Whether a port of this machine is free, before anything is started on it. */
import { connect, createServer } from 'node:net';

/** What `localhost` may mean. */
const LOOPBACK = ['127.0.0.1', '::1'];

/** Whether the port has a listener, at the given address or at one that `localhost` may mean. */
export async function isTaken(port: number, address: string | undefined): Promise<boolean> {
  const addresses = [...new Set([...LOOPBACK, ...(address === undefined || address === 'localhost' ? [] : [address])])];
  for (const each of addresses) if ((await answers(port, each)) || !(await canListen(port, each))) return true;
  return false;
}

function answers(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1000 });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** True also where the machine has no such address: it has no listener then. */
function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    server.listen(port, host, () => {
      server.close(() => resolve(true));
    });
  });
}
