import { Transform } from 'class-transformer';

/** A truth as a query spells it; whatever else is given stays, to be refused. */
export const FromFlag = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));
