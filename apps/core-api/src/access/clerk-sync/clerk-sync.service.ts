import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { requireContext, runInContext } from '@restartix/context';
import { PLATFORM_ORGANIZATION } from '@restartix/contracts';
import { KeyRing } from '@restartix/keys';
import { v7 as uuidv7 } from 'uuid';
import type { CoreConfig } from '../../core.config';
import { InboundEventsService } from '../../operations/inbound-events/inbound-events.service';
import { userPlace } from '../../platform/places';
import { CORE_CONFIG } from '../../platform/tokens';
import { SessionsService } from '../sessions/sessions.service';
import {
  personOf,
  roleAfter,
  subjectOf,
  type ClerkMembership,
  type ClerkOrganization,
  type ClerkSession,
  type ClerkUser,
} from './clerk-sync.policy';
import { ClerkSyncRepository } from './clerk-sync.repository';
import { ClerkWebhookVerifier, type ClerkEvent, type SignedMessage } from './clerk-webhook.port';

type Outcome = 'done' | 'ignored' | 'not_yet';

const CLERK = 'clerk';

/** Users, organizations, memberships and sessions follow what Clerk says of them. */
@Injectable()
export class ClerkSyncService implements OnModuleInit {
  /** What is done about each type of event; any other is ignored. */
  private readonly follow: Readonly<Record<string, (event: ClerkEvent) => Promise<Outcome>>> = {
    'user.created': ({ data }) => this.saveUser(data as unknown as ClerkUser),
    'user.updated': ({ data }) => this.saveUser(data as unknown as ClerkUser),
    'user.deleted': ({ data }) => this.removeUser(data as unknown as ClerkUser),
    'session.created': (event) => this.beginSession(event),
    'session.ended': ({ data }) => this.endSession(data as unknown as ClerkSession),
    'session.removed': ({ data }) => this.endSession(data as unknown as ClerkSession),
    'session.revoked': ({ data }) => this.endSession(data as unknown as ClerkSession),
    'organization.created': ({ data }) => this.saveOrganization(data as unknown as ClerkOrganization),
    'organization.updated': ({ data }) => this.saveOrganization(data as unknown as ClerkOrganization),
    'organization.deleted': ({ data }) => this.emptyOrganization(data as unknown as ClerkOrganization),
    'organizationMembership.created': ({ data }) => this.saveMembership(data as unknown as ClerkMembership),
    'organizationMembership.updated': ({ data }) => this.saveMembership(data as unknown as ClerkMembership),
    'organizationMembership.deleted': ({ data }) => this.removeMembership(data as unknown as ClerkMembership),
  };

  constructor(
    private readonly inbound: InboundEventsService,
    private readonly verifier: ClerkWebhookVerifier,
    private readonly repository: ClerkSyncRepository,
    private readonly sessions: SessionsService,
    private readonly keys: KeyRing,
    @Inject(CORE_CONFIG) private readonly config: CoreConfig,
  ) {}

  onModuleInit(): void {
    this.inbound.handle(CLERK, async ({ type, payload }) => {
      const event = payload as ClerkEvent;
      return (await this.follow[type]?.(event)) ?? 'ignored';
    });
  }

  /** Takes a webhook in, once. Throws webhook_signature_invalid or webhook_outside_window. */
  async receive(message: SignedMessage): Promise<void> {
    const event = await this.verifier.verify(message);
    const { id, type, data, occurredAt } = event;
    await this.inbound.take({
      vendor: CLERK,
      id,
      type,
      subject: subjectOf(type, data),
      occurredAt,
      payload: event,
    });
  }

  private async saveUser(user: ClerkUser): Promise<Outcome> {
    const issuer = this.config.CLERK_ISSUER;
    const known = await this.repository.user(issuer, user.id);
    const id = known?.id ?? uuidv7();
    const { email, name } = personOf(user);
    const sealed = {
      id,
      email: await this.seal('email', id, email),
      name: await this.seal('name', id, name),
    };
    if (known) await this.repository.updateUser(sealed);
    else await this.repository.insertUser(sealed, issuer, user.id);
    return 'done';
  }

  private async removeUser({ id }: ClerkUser): Promise<Outcome> {
    const issuer = this.config.CLERK_ISSUER;
    const known = await this.repository.user(issuer, id);
    if (!known) return 'done';
    await this.repository.forgetUser(issuer, id, known.id);
    await this.sessions.endAll(known.id, 'provider');
    return 'done';
  }

  /** Without an active organization of ours it begins with its first request, in the log of the one active then. */
  private async beginSession({ data, client }: ClerkEvent): Promise<Outcome> {
    const session = data as unknown as ClerkSession;
    const user = await this.repository.user(this.config.CLERK_ISSUER, session.user_id);
    if (!user) return 'not_yet';
    const organizationId = await this.repository.organization(session.last_active_organization_id ?? '');
    const role = organizationId ? await this.repository.role(organizationId, user.id) : null;
    if (!organizationId || !role) return 'ignored';
    const principal = {
      issuer: this.config.CLERK_ISSUER,
      sessionId: session.id,
      authTime: session.created_at === undefined ? null : new Date(session.created_at),
      mfaTime: null,
      amr: [],
    };
    const where = { ...requireContext(), clientAddress: client.address, userAgent: client.userAgent };
    const signedIn = { userId: user.id, emailEnvelope: user.email, organizationId, role };
    await runInContext(where, () => this.sessions.begin(principal, signedIn));
    return 'done';
  }

  private async endSession({ id }: ClerkSession): Promise<Outcome> {
    await this.sessions.endByProvider(this.config.CLERK_ISSUER, id);
    return 'done';
  }

  private async saveOrganization({ id, name, slug }: ClerkOrganization): Promise<Outcome> {
    if (!name) return 'ignored';
    const known = await this.repository.organization(id);
    if (known) await this.repository.renameOrganization(known, name);
    else if (!(await this.repository.insertOrganization(id, name, slug ?? id))) return 'ignored';
    return 'done';
  }

  /** What it holds stays; nobody is a member of it any more. */
  private async emptyOrganization({ id }: ClerkOrganization): Promise<Outcome> {
    const known = await this.repository.organization(id);
    if (known) await this.repository.removeMembers(known);
    return 'done';
  }

  private async saveMembership(membership: ClerkMembership): Promise<Outcome> {
    const { organizationId, userId } = await this.partiesOf(membership);
    if (!organizationId || !userId) return 'not_yet';
    const existing = await this.repository.role(organizationId, userId);
    const role = roleAfter(membership.role, existing);
    if (role === null) return 'ignored';
    if (role !== existing) await this.repository.saveMembership(organizationId, userId, role);
    return 'done';
  }

  private async removeMembership(membership: ClerkMembership): Promise<Outcome> {
    const { organizationId, userId } = await this.partiesOf(membership);
    if (organizationId && userId) await this.repository.removeMembership(organizationId, userId);
    return 'done';
  }

  private async partiesOf({ organization, public_user_data }: ClerkMembership) {
    const organizationId = await this.repository.organization(organization.id);
    const user = await this.repository.user(this.config.CLERK_ISSUER, public_user_data.user_id);
    return { organizationId, userId: user?.id };
  }

  private async seal(column: 'email' | 'name', userId: string, plain: string | null): Promise<string | null> {
    return plain && this.keys.seal(PLATFORM_ORGANIZATION, plain, userPlace(column, userId));
  }
}
