import type { AuditStoreRepository, StoredLeaf } from './audit-store.repository';
import type { CopiedLeaf } from './copy';
import { differences, isRecorded } from './event-text';
import { isDropped, timeInId, type Drop } from './lawful-drops';
import { GrowingTree, type FullNode } from './growing-tree';
import type { LogFinding, LogState, Report } from './log-finding';
import type { Line } from './verdict';

export interface Asked {
  /** Nothing is being written: an entry that no checkpoint covers is a fault. */
  settled: boolean;
  /** Rows of events before this instant may be gone (ISO 8601): their term has passed. */
  droppedBefore: string | null;
}

/** Entries compared at a time. */
const PAGE = 1_000;

/** One organization's log in the database: against its copy as far as there is one, beyond it against itself. */
export class LogVerifier {
  readonly state: LogState;
  private readonly tree = new GrowingTree();
  /** Size up to which the stored leaves are known to lead to signed roots. */
  private sound = 0;
  /** Entries beyond it. */
  private open: StoredLeaf[] = [];
  private lost = false;
  /** Size of the newest signed root. */
  private readonly newest: number;

  constructor(
    private readonly store: AuditStoreRepository,
    private readonly organizationId: number,
    /** The roots that the database's checkpoints say, by size; all signed. */
    private readonly roots: ReadonlyMap<number, Buffer>,
    /** Drops of this log that were made by the rules. */
    private readonly drops: readonly Drop[],
    private readonly asked: Asked,
    private readonly report: Report,
  ) {
    this.newest = Math.max(0, ...roots.keys());
    this.state = { organization_id: organizationId, copied: 0, stored: 0, dropped: 0, unsealed: 0 };
  }

  /** Compares what is stored with a copy that is proven to be what was signed. Every bad entry has a name. */
  async againstCopy(leaves: AsyncIterable<CopiedLeaf>): Promise<void> {
    let page: CopiedLeaf[] = [];
    for await (const leaf of leaves) {
      if (page.push(leaf) === PAGE) {
        await this.comparePage(page);
        page = [];
      }
    }
    await this.comparePage(page);
    this.sound = this.tree.size;
  }

  /** Checks the entries behind the copy, or all of them without one: rows, leaves, nodes and signed roots agree. */
  async againstItself(): Promise<void> {
    for (;;) {
      const leaves = await this.store.leaves(this.organizationId, this.tree.size, PAGE);
      if (leaves.length === 0) break;
      if (!(await this.chainPage(leaves))) return;
    }
    if (this.newest > this.tree.size) this.find({ fault: 'place', leaves: [this.tree.size, this.newest] });
    if (this.lost) return;
    this.state.unsealed = this.open.length;
    if (!this.asked.settled) return;
    for (const { index, eventId } of this.open) {
      this.find({ fault: 'unsealed', leaf_index: index, event_id: eventId });
    }
  }

  private async comparePage(page: readonly CopiedLeaf[]): Promise<void> {
    const [first] = page;
    if (!first) return;
    const [stored, rows] = await Promise.all([
      this.store.leaves(this.organizationId, first.index, page.length),
      this.store.events(page.map(({ eventId }) => eventId)),
    ]);
    const byPlace = new Map(stored.map((leaf) => [leaf.index, leaf]));
    const nodes: FullNode[] = [];
    for (const leaf of page) {
      this.compareLeaf(leaf, byPlace.get(leaf.index));
      this.compareRows(leaf, rows.get(leaf.eventId) ?? []);
      nodes.push(...this.tree.add(leaf.hash));
      const root = this.roots.get(this.tree.size);
      if (root && !root.equals(this.tree.root)) this.find({ fault: 'note', size: this.tree.size });
    }
    this.state.copied += page.length;
    await this.compareNodes(nodes);
  }

  private compareLeaf({ index, eventId, hash }: CopiedLeaf, now: StoredLeaf | undefined): void {
    const entry = { leaf_index: index, event_id: eventId };
    if (!now) return this.find({ fault: 'place', ...entry });
    this.state.stored += 1;
    const instead = now.eventId === eventId ? {} : { instead: now.eventId };
    if (now.eventId !== eventId || !now.hash.equals(hash)) this.find({ fault: 'leaf', ...entry, ...instead });
  }

  /** One sound row is right; every other one of the same id is a stranger. */
  private compareRows({ index, eventId, hash, event }: CopiedLeaf, rows: readonly Line[]): void {
    if (rows.length === 0 && this.isGone(eventId, event)) {
      this.state.dropped += 1;
      return;
    }
    const entry = { leaf_index: index, event_id: eventId };
    const wrong = rows.filter((row) => !isRecorded(row, eventId, hash));
    const sound = rows.length - wrong.length;
    if (rows.length === 0) this.find({ fault: 'event', ...entry });
    for (const row of wrong) {
      const fault = sound > 0 ? 'stray' : 'event';
      this.find({ fault, ...entry, ...(event ? { fields: differences(row, event) } : {}) });
    }
  }

  /** Goes on over stored leaves; false when one is missing, because nothing behind it can be computed. */
  private async chainPage(leaves: readonly StoredLeaf[]): Promise<boolean> {
    const rows = await this.store.events(leaves.map(({ eventId }) => eventId));
    const nodes: FullNode[] = [];
    for (const leaf of leaves) {
      if (leaf.index !== this.tree.size) {
        this.find({ fault: 'place', leaf_index: this.tree.size });
        return false;
      }
      this.state.stored += 1;
      this.compareRows({ ...leaf, event: null }, rows.get(leaf.eventId) ?? []);
      nodes.push(...this.tree.add(leaf.hash));
      this.open.push(leaf);
      this.meetRoot();
    }
    await this.compareNodes(nodes);
    return true;
  }

  private meetRoot(): void {
    const root = this.roots.get(this.tree.size);
    if (!root || this.lost) return;
    if (!root.equals(this.tree.root)) {
      this.lost = true;
      this.find({ fault: 'root', leaves: [this.sound, this.tree.size] });
    }
    this.sound = this.tree.size;
    this.open = [];
  }

  private async compareNodes(nodes: readonly FullNode[]): Promise<void> {
    if (nodes.length === 0) return;
    const stored = await this.store.nodes(this.organizationId, nodes);
    nodes.forEach(({ level, index, hash }, at) => {
      const width = 2 ** level;
      const end = (index + 1) * width;
      const waits = !stored[at] && end > this.newest;
      if (!waits && !stored[at]?.equals(hash)) this.find({ fault: 'node', leaves: [index * width, end] });
    });
  }

  private isGone(eventId: string, event: Line | null): boolean {
    if (isDropped(this.drops, eventId, event)) return true;
    const { droppedBefore } = this.asked;
    if (droppedBefore === null) return false;
    const instant = event ? Date.parse(String(event['timestamp'])) : timeInId(eventId);
    return instant < Date.parse(droppedBefore);
  }

  private find(finding: Omit<LogFinding, 'where' | 'organization_id'>): void {
    this.report({ where: 'database', organization_id: this.organizationId, ...finding });
  }
}
