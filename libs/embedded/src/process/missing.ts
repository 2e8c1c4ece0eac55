/** Something the machine lacks. The message is one plain sentence with the command that mends it. */
export class MissingPrerequisiteError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MissingPrerequisiteError';
  }
}
