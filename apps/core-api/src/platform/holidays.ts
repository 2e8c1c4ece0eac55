import Holidays from 'date-holidays';
import { dayOf } from './days';

const CALENDAR = /^([A-Z]{2})(?:-([A-Z0-9]{1,3}))?$/;
const years = new Map<string, ReadonlySet<string>>();

/** Whether there is a calendar of public holidays under this name, such as RO, NO or US-CA. */
export function isHolidayCalendar(name: string): boolean {
  const [, country, state] = CALENDAR.exec(name) ?? [];
  if (!country) return false;
  const holidays = new Holidays();
  if (!(country in holidays.getCountries())) return false;
  return state === undefined || state in (holidays.getStates(country) ?? {});
}

/** Whether a local day (YYYY-MM-DD) is a public holiday of the calendar. Data: date-holidays, CC BY 3.0. */
export function isHoliday(calendar: string, date: string): boolean {
  const key = `${calendar} ${date.slice(0, 4)}`;
  let days = years.get(key);
  if (!days) {
    days = holidaysOf(calendar, Number(date.slice(0, 4)));
    years.set(key, days);
  }
  return days.has(date);
}

/** A holiday may last several days; each counts, by its date where it is kept. */
function holidaysOf(calendar: string, year: number): ReadonlySet<string> {
  const [, country = '', state = ''] = CALENDAR.exec(calendar) ?? [];
  const holidays = state ? new Holidays(country, state) : new Holidays(country);
  holidays.setTimezone('UTC'); // dates as they are, not moments
  const days = new Set<string>();
  for (const holiday of holidays.getHolidays(year)) {
    if (holiday.type !== 'public') continue;
    for (let at = holiday.start.getTime(); at < holiday.end.getTime(); at += 86_400_000) {
      days.add(dayOf(new Date(at)));
    }
  }
  return days;
}
