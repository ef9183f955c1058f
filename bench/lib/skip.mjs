/** Thrown by an engine that cannot take part here; its message says why, for people. */
export class Skip extends Error {}
