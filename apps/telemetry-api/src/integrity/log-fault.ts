/** A log that is not what its last checkpoint says. It is not sealed further: that would sign the change. */
export class LogFault extends Error {}
