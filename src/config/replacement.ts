/** What stands for an option here that another API has. */
export interface Replacement {
  /** The option or the method, where it is one. */
  readonly by?: string;
  /** A sentence that says what to do. */
  readonly advice: string;
}

/** For an option that is called otherwise here, and means the same. */
export function renamed(by: string, remark = ""): Replacement {
  return { by, advice: `Use ${by}${remark}.` };
}

/** For an option that has no counterpart. */
export function leaveOut(why: string): Replacement {
  return { advice: `Leave it out: ${why}.` };
}
