/** Given and family names that are common where the demo clinics are; together they name nobody. */
const GIVEN = [
  'Andrei',
  'Maria',
  'Ioana',
  'Mihai',
  'Elena',
  'Alexandru',
  'Ana',
  'Gabriel',
  'Cristina',
  'Radu',
  'Simona',
  'Vlad',
  'Irina',
  'Dan',
  'Oana',
  'Sorin',
  'Laura',
  'Paul',
  'Diana',
  'Florin',
  'Raluca',
  'Tudor',
  'Carmen',
  'Victor',
];
const FAMILY = [
  'Popescu',
  'Ionescu',
  'Dumitru',
  'Stan',
  'Gheorghe',
  'Rusu',
  'Munteanu',
  'Matei',
  'Marin',
  'Lazar',
  'Ciobanu',
  'Serban',
  'Dobre',
  'Barbu',
  'Nistor',
  'Florea',
  'Mocanu',
  'Tudose',
  'Iliescu',
  'Cristea',
];
const CITIES = [
  { city: 'Bucuresti', state: 'B', zip: '010011' },
  { city: 'Cluj-Napoca', state: 'CJ', zip: '400001' },
  { city: 'Timisoara', state: 'TM', zip: '300001' },
  { city: 'Iasi', state: 'IS', zip: '700001' },
  { city: 'Brasov', state: 'BV', zip: '500001' },
];

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const two = (number: number): string => String(number).padStart(2, '0');

export interface SyntheticPerson {
  first_name: string;
  last_name: string;
  email: string;
  phone: string;
}

/** The nth made-up person of an organization; the same every time. */
export function syntheticPerson(organization: string, index: number): SyntheticPerson {
  const first_name = pick(GIVEN, index * 7 + organization.length);
  const last_name = pick(FAMILY, index * 3 + organization.length);
  return {
    first_name,
    last_name,
    email: `${first_name}.${last_name}.${index}@${organization}.example`.toLowerCase(),
    phone: `+407${String(20_000_000 + organization.length * 1_000_000 + index * 137).padStart(8, '0')}`,
  };
}

/** The body that registers that person as a patient (POST /v1/patients). */
export function syntheticPatient(organization: string, index: number): object {
  const place = pick(CITIES, index);
  return {
    ...syntheticPerson(organization, index),
    date_of_birth: `${1945 + ((index * 11) % 58)}-${two(1 + (index % 12))}-${two(1 + ((index * 5) % 28))}`,
    external_ehr_id: `MRN-${organization.toUpperCase()}-${1000 + index}`,
    address: { line1: `Strada Florilor ${1 + index}`, ...place },
    insurance: { provider: 'CNAS', member_id: `RO${700_000 + index}` },
    recording_consent: index % 3 === 0,
  };
}
