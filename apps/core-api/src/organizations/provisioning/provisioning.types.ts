import type { ConsentLevel, MemberRole } from '@restartix/contracts';

/** Someone who signs in, as the operator states them. `subject` is their id at the identity provider. */
export interface PersonPlan {
  subject: string;
  email: string;
  name: string;
  role: MemberRole;
  /** Specialists only. */
  title?: string;
  scheduling_timezone?: string;
  /** Consent to analytics; absent is no record, which means nothing is collected. */
  analytics_consent?: { level: ConsentLevel; policy_version: string };
}

/** An organization the platform's operator opens: clinics cannot register themselves. */
export interface OrganizationPlan {
  name: string;
  slug: string;
  /** Its id at the identity provider (org_…). */
  identity_organization: string;
  location?: string;
  people: PersonPlan[];
}

/** A sign-in that owns a patient record, confirmed by the operator. */
export interface LinkPlan {
  organization_id: number;
  patient_id: string;
  subject: string;
}

export interface ProvisioningPlan {
  superadmins?: Pick<PersonPlan, 'subject' | 'email' | 'name'>[];
  organizations?: OrganizationPlan[];
  links?: LinkPlan[];
}

/** What exists afterwards. Running a plan twice makes nothing twice. */
export interface ProvisioningReport {
  organizations: {
    id: number;
    slug: string;
    people: { subject: string; user_id: string; role: MemberRole }[];
  }[];
}
