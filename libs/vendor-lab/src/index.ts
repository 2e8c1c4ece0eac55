export * from './clerk/clerk-lab';
