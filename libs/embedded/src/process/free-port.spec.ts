import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { claimPort, freePorts, isFree } from './free-port';

describe('free ports', () => {
  it('are different, free, and never one the system would give to a client', async () => {
    const ports = await freePorts(50);
    const [firstOfClients] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
      .split(/\s+/)
      .map(Number);
    expect(new Set(ports).size).toBe(50);
    expect(ports.filter((port) => port < 20_000 || port >= firstOfClients!)).toEqual([]);
  });

  it('are refused while another program holds them, and given once it lets go', async () => {
    const [port] = await freePorts(1);
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', () => resolve()));
    await expect(isFree(port!)).resolves.toBe(false);
    const claimed = claimPort(port);
    server.close();
    await expect(claimed).resolves.toBe(port);
  });
});
