import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What pays first today for a patient, as far as the caller's policies show it. A function, so that reading a record that
 * states its insurance itself never sets out to look: as part of the statement it cost every read two thirds more.
 */
export class LookUpPrimaryCoverage1763680002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PRIMARY_COVERAGE);
  }

  down(): Promise<void> {
    throw new Error('Migrations only go forward');
  }
}

const PRIMARY_COVERAGE = `
create function primary_coverage(organization int, patient uuid) returns jsonb language plpgsql stable as $$
begin
  return (
    select jsonb_build_object('id', c.id, 'payer', c.payer, 'member_id', c.member_id, 'group_number', c.group_number)
      from coverages c
     where c.organization_id = organization and c.patient_id = patient and c.status = 'active' and c.coverage_order = 1
       and daterange(c.valid_from, c.valid_until, '[]') @> (current_app_time() at time zone 'UTC')::date);
end $$;
`;
