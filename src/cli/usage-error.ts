import { InvalidRequestError } from "../index.js";

/** The command line makes no sense; the process ends with the exit code for that. */
export class UsageError extends InvalidRequestError {}
