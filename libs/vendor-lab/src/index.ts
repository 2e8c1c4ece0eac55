export * from './clerk/clerk-lab';
export * from './maxmind/city-database';
