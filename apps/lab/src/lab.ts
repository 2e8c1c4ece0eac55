import { freePorts, isFree } from '@restartix/embedded';
import { cityDatabase } from '@restartix/vendor-lab';
import {
  databaseUrls,
  developmentKeys,
  LAB_DATABASES,
  migrateDatabases,
  serviceEnvironment,
  type DatabaseUrls,
  type DevelopmentKeys,
  type ServiceEnvironments,
} from '@restartix/testing';
import { loadDemo, removeDatabases } from './demo-data';
import { LISTENERS, serversOf, serviceStarts, storeStarts, type Ports, type Start } from './stand';
import { AUDIT_COPY, AUDIT_KEY_FILE, DEMO_FILE, KEYS_FILE, LAB_FILE, type Demo } from './state/demo';
import { CHILDREN, labFacts, type ChildName, type LabFile } from './state/lab-file';
import { LabFolder } from './state/lab-folder';
import { takeLock } from './state/lock';
import { endOrphans, ProcessRecord } from './state/orphans';
import { Supervised } from './supervision/supervised';
import { SILENT, TerminalProgress, type Progress } from './terminal/progress';

export interface LabOptions {
  /** Folder for everything: data, keys, logs, lab.json. */
  dir: string;
  /** Print nothing. */
  quiet?: boolean;
  /** Forget what earlier runs left in the folder. */
  fresh?: boolean;
  /** Patients per demo organization. */
  patients?: number;
  /** Something between core-api and telemetry-api: given the port of the latter, answers where core-api calls. */
  channel?: (telemetryPort: number) => Promise<string>;
}

const GEO_FILE = 'city.mmdb';
const STORES = ['postgres', 'telemetryPostgres', 'redis', 'clickhouse'] as const;
const SERVICES = ['telemetryApi', 'coreApi'] as const;

/** The whole platform on one machine: real stores, both services, demo data; each child comes back when it ends. */
export class Lab {
  readonly #folder: LabFolder;
  readonly #progress: Progress;
  readonly #record: ProcessRecord;
  readonly #children = new Map<ChildName, Supervised>();
  #facts?: Omit<LabFile, 'ready' | 'processes'>;
  #urls?: DatabaseUrls;
  #locked = false;
  #stopping?: Promise<void>;

  constructor(private readonly options: LabOptions) {
    this.#folder = new LabFolder(options.dir);
    this.#progress = options.quiet ? SILENT : new TerminalProgress();
    this.#record = new ProcessRecord(this.#folder);
  }

  /** Starts everything and answers what lab.json says. Throws AlreadyRunningError, MissingPrerequisiteError. */
  async start(): Promise<LabFile> {
    this.#folder.make();
    takeLock(this.#folder.file('lock'));
    this.#locked = true;
    try {
      return await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Ends the services, then the stores; the data stays. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Sends a signal to a child (SIGKILL by default); to one that is just coming back, as soon as it is up. */
  kill(name: ChildName, signal?: NodeJS.Signals): void {
    this.#children.get(name)?.kill(signal);
  }

  /** Ends a child and keeps it down until it is released; resolves when it is gone. Throws for one that is not up. */
  async hold(name: ChildName): Promise<void> {
    await this.#children.get(name)?.hold();
  }

  /** Lets a child come back that was held. */
  release(name: ChildName): void {
    this.#children.get(name)?.release();
  }

  /** Resolves when every child is up. */
  async whenReady(): Promise<void> {
    while (![...this.#children.values()].every((child) => child.isUp)) {
      await Promise.all([...this.#children.values()].map((child) => child.whenUp()));
    }
  }

  /** How often each child has come back. */
  get restarts(): Record<ChildName, number> {
    return this.#eachChild((child) => child?.restarts ?? 0);
  }

  /** Past every role and policy; for tests that look behind the services. */
  get superuserUrls(): { main: string; telemetry: string } {
    if (!this.#urls) throw new Error('The lab has not been started.');
    return { main: this.#urls.superuserUrl, telemetry: this.#urls.telemetry.superuserUrl };
  }

  async #start(): Promise<LabFile> {
    this.#folder.remove(LAB_FILE);
    const left = await endOrphans(this.#folder);
    if (left > 0) this.#progress.say(`  Ended ${left} processes that an earlier run had left behind.`);
    if (this.options.fresh) this.#folder.clear();
    const keys = this.#keys();
    const ports = await this.#choosePorts();
    const urls = databaseUrls(serversOf(ports, keys), LAB_DATABASES, keys);
    this.#urls = urls;
    await this.#begin(
      'Starting PostgreSQL (two servers), Redis and ClickHouse',
      storeStarts(this.#folder, ports, keys),
    );
    await this.#prepareData(ports, keys);
    this.#folder.writeBytes(AUDIT_KEY_FILE, Buffer.from(keys.audit.publicKey));
    const environments = serviceEnvironment(urls, keys, {
      coreApiPort: ports.coreApi,
      telemetryApiPort: ports.telemetryApi,
      metricsPorts: { coreApi: ports.coreApiMetrics, telemetryApi: ports.telemetryApiMetrics },
      geoDatabase: this.#folder.file(GEO_FILE),
      auditCopy: this.#folder.file(AUDIT_COPY),
    });
    if (this.options.channel) {
      environments.coreApi.TELEMETRY_INTERNAL_URL = await this.options.channel(ports.telemetryApi);
    }
    await this.#begin(
      'Starting telemetry-api and core-api',
      serviceStarts(this.#folder, ports, environments),
    );
    const coreApi = `http://127.0.0.1:${ports.coreApi}`;
    const demo = this.#folder.read<Demo>(DEMO_FILE) ?? (await this.#loadDemo(coreApi, environments, keys));
    const telemetryApi = `http://127.0.0.1:${ports.telemetryApi}`;
    const metrics = {
      coreApi: `http://127.0.0.1:${ports.coreApiMetrics}/metrics`,
      telemetryApi: `http://127.0.0.1:${ports.telemetryApiMetrics}/metrics`,
    };
    this.#facts = labFacts({
      coreApi,
      telemetryApi,
      metrics,
      auditCopy: this.#folder.file(AUDIT_COPY),
      auditPublicKey: this.#folder.file(AUDIT_KEY_FILE),
      urls,
      keys,
      demo,
    });
    return this.#writeLabFile();
  }

  /** The ports of the last run where they are still free, so that addresses stay the same. */
  async #choosePorts(): Promise<Ports> {
    const last = this.#folder.read<Ports>('ports.json');
    const spare = await freePorts(LISTENERS.length);
    const ports = {} as Ports;
    for (const [index, name] of LISTENERS.entries()) {
      const known = last?.[name];
      ports[name] = known && (await isFree(known)) ? known : (spare[index] as number);
    }
    this.#folder.write('ports.json', ports);
    return ports;
  }

  #begin(what: string, starts: Partial<Record<ChildName, Start>>): Promise<void> {
    return this.#progress.step(what, async () => {
      const entries = Object.entries(starts) as [ChildName, Start][];
      const outcomes = await Promise.allSettled(
        entries.map(([name, start]) => this.#supervise(name, start).begin()),
      );
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    });
  }

  #supervise(name: ChildName, start: Start): Supervised {
    if (this.#stopping) throw new Error('The lab is being stopped.');
    const child = new Supervised({
      start,
      onSpawn: ({ pid }) => this.#record.note(name, pid),
      onUp: () => {
        if (this.#facts) this.#progress.say(`${time()} ${name} is back (process ${child.pid}).`);
        this.#writeLabFile();
      },
      onDown: () => {
        this.#progress.say(`${time()} ${name} has ended; starting it again.`);
        this.#writeLabFile();
      },
      onFailure: (error) => this.#progress.say(`${time()} ${error.message}\n${time()} Trying again.`),
    });
    this.#children.set(name, child);
    return child;
  }

  /** The keys of this installation; kinds of keys that came later are added to a kept file. */
  #keys(): DevelopmentKeys {
    const kept = this.#folder.readOrMake(KEYS_FILE, developmentKeys);
    if ('audit' in kept) return kept;
    const keys = { ...developmentKeys(), ...(kept as DevelopmentKeys) };
    this.#folder.write(KEYS_FILE, keys);
    return keys;
  }

  async #prepareData(ports: Ports, keys: DevelopmentKeys): Promise<void> {
    const servers = serversOf(ports, keys);
    await this.#progress.step('Migrating the databases', async (note) => {
      if (!this.#folder.has(DEMO_FILE)) {
        await removeDatabases(servers);
        this.#folder.remove(AUDIT_COPY);
      }
      const applied = await migrateDatabases(servers, LAB_DATABASES, keys);
      note(`${applied.length} applied`);
    });
    if (!this.#folder.has(GEO_FILE)) this.#folder.writeBytes(GEO_FILE, cityDatabase());
  }

  #loadDemo(coreApi: string, environments: ServiceEnvironments, keys: DevelopmentKeys): Promise<Demo> {
    return this.#progress.step('Loading two demo organizations', async (note) => {
      const demo = await loadDemo({
        coreApi,
        environment: environments.coreApi,
        keys,
        patients: this.options.patients,
        onProgress: (done, total) => note(`${done} of ${total} patients`),
      });
      this.#folder.write(DEMO_FILE, demo);
      return demo;
    });
  }

  #writeLabFile(): LabFile {
    const ready = CHILDREN.every((name) => this.#children.get(name)?.isUp);
    const file = { ready, ...this.#facts, processes: this.#eachChild((child) => child?.pid ?? 0) } as LabFile;
    if (this.#facts && !this.#stopping) this.#folder.write(LAB_FILE, file);
    return file;
  }

  #eachChild<T>(value: (child: Supervised | undefined) => T): Record<ChildName, T> {
    return Object.fromEntries(CHILDREN.map((name) => [name, value(this.#children.get(name))])) as Record<
      ChildName,
      T
    >;
  }

  async #stop(): Promise<void> {
    // core-api first: it may still deliver what it holds to telemetry-api.
    for (const name of [...SERVICES].reverse()) await this.#children.get(name)?.stop();
    await Promise.all(STORES.map(async (name) => this.#children.get(name)?.stop()));
    if (!this.#locked) return;
    this.#folder.remove(LAB_FILE);
    this.#record.clear();
    this.#folder.remove('lock');
  }
}

const time = () => new Date().toISOString().slice(11, 19);
