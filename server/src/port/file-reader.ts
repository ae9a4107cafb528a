/** Files that a configuration names: credentials, certificates, lists of targets. Read when needed, kept nowhere. */
export interface FileReader {
  /** Text of one file; throws VALIDATION_FAILED, naming it, where it cannot be read or is larger than 8 MiB. */
  read(path: string): Promise<string>
  /** Paths that fit, in order; `*` stands for anything within the last part. At most 1,000. */
  list(pattern: string): Promise<string[]>
}
